#compdef cargo-toolkit
# Completes `cargo toolkit`: cargo's own completion asks a function of this name.
# In ~/.zshrc, behind compinit: source <(cargo toolkit completions zsh)
function _cargo-toolkit() {
    local -a found
    found=("${(@f)$(TOOLKIT_COMPLETE=zsh cargo-toolkit -- "${(@)words[1,CURRENT]}" 2> /dev/null)}")
    if [[ -n "$found" ]]; then _describe -V 'values' found; else _files; fi
}
compdef _cargo-toolkit cargo-toolkit
