# Completes the words of toolkit. In ~/.bashrc: source <(toolkit completions bash)
_toolkit() {
    local IFS=$'\n'
    local words=("${COMP_WORDS[@]:0:COMP_CWORD+1}")
    COMPREPLY=( $(TOOLKIT_COMPLETE=bash PROGRAM -- "${words[@]}" 2> /dev/null) )
}
complete -o bashdefault -o default -F _toolkit toolkit
