# Completes the words of toolkit: toolkit completions fish > ~/.config/fish/completions/toolkit.fish
function __toolkit_complete
    TOOLKIT_COMPLETE=fish PROGRAM -- (commandline --current-process --tokenize --cut-at-cursor) \
        (commandline --current-token --cut-at-cursor)
end
complete --keep-order --command toolkit --arguments "(__toolkit_complete)"
