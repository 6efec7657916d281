# Completes `cargo toolkit`, and leaves the other words of cargo to its own completion.
# In ~/.bashrc, behind what completes cargo: source <(cargo toolkit completions bash)
_cargo_toolkit() {
    local words=("${COMP_WORDS[@]:0:COMP_CWORD+1}")
    if [[ "${words[0]##*/}" == cargo ]]; then
        if [[ $COMP_CWORD -lt 2 || "${words[1]}" != toolkit ]]; then
            if declare -F _cargo > /dev/null; then _cargo "$@"; fi
            return
        fi
        words=("${words[@]:1}")
    fi
    local IFS=$'\n'
    COMPREPLY=( $(TOOLKIT_COMPLETE=bash cargo-toolkit -- "${words[@]}" 2> /dev/null) )
}
# Where it is loaded at the first Tab only, it would take the place of this.
if ! declare -F _cargo > /dev/null && declare -F _completion_loader > /dev/null; then
    _completion_loader cargo > /dev/null 2>&1
fi
complete -o bashdefault -o default -F _cargo_toolkit cargo cargo-toolkit
