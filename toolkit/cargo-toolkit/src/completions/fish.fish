# Completes `cargo toolkit`, beside what completes cargo.
# cargo toolkit completions fish > ~/.config/fish/conf.d/cargo-toolkit.fish
function __cargo_toolkit_complete
    set -l words (commandline --current-process --tokenize --cut-at-cursor)
    test "$words[1]" = cargo; and set -e words[1]
    TOOLKIT_COMPLETE=fish cargo-toolkit -- $words (commandline --current-token --cut-at-cursor)
end
complete --keep-order --command cargo --condition "__fish_seen_subcommand_from toolkit" \
    --arguments "(__cargo_toolkit_complete)"
complete --keep-order --command cargo-toolkit --arguments "(__cargo_toolkit_complete)"
