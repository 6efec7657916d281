#compdef toolkit
# Completes the words of toolkit. In ~/.zshrc, behind compinit: source <(toolkit completions zsh)
function _toolkit() {
    local -a found
    found=("${(@f)$(TOOLKIT_COMPLETE=zsh PROGRAM -- "${(@)words[1,CURRENT]}" 2> /dev/null)}")
    if [[ -n "$found" ]]; then _describe -V 'values' found; else _files; fi
}
compdef _toolkit toolkit
