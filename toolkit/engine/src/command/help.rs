//! `help`: what a command's `--help` says, and the chapters of the book in the terminal.

use clap::Command;

/// A chapter and its text.
type Chapter = (&'static str, &'static str);

macro_rules! chapters {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../chapters/", $name, ".md")))),*]
    };
}

/// What the book has for users. The files are links into `docs`, which a package of this crate has inside.
const CHAPTERS: &[Chapter] = chapters![
    "start" "alembic" "sqlalchemy" "sea-orm-1" "compared"
    "daily" "entities" "declarations" "renames" "data" "plan" "branches" "squash" "lint" "pictures" "testing" "ci"
    "production" "fleets" "online" "troubleshooting"
    "configuration" "json" "versions" "glossary"
];

/// The help of the command or the chapter `topic`; of all commands where there is none. Where a command and a chapter
/// have one name, `is_chapter` says that it is the chapter.
///
/// # Errors
/// What to say where there is no such topic.
pub(crate) fn help(
    command: &mut Command,
    topic: Option<&str>,
    is_chapter: bool,
) -> Result<String, String> {
    // A command's usage has the program's name then, and its options those that all know.
    command.build();
    let Some(topic) = topic else {
        return Ok(format!("{}\n{}", command.render_long_help(), list()));
    };
    let chapter = CHAPTERS.iter().find(|(name, _)| *name == topic);
    let found = command
        .find_subcommand_mut(topic)
        .filter(|_| chapter.is_none() || !is_chapter);
    match (found, chapter) {
        (Some(found), None) => Ok(found.render_long_help().to_string()),
        (Some(found), Some(_)) => Ok(format!(
            "{}\nIts chapter of the book: toolkit help --chapter {topic}\n",
            found.render_long_help()
        )),
        (None, Some((_, text))) => Ok(for_the_terminal(text)),
        (None, None) => Err(format!(
            "there is no command or chapter {topic}\n{}",
            list()
        )),
    }
}

/// The text without what only tests read.
fn for_the_terminal(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("<!-- "));
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn list() -> String {
    let names: Vec<_> = CHAPTERS.iter().map(|(name, _)| *name).collect();
    format!(
        "Chapters of the book, for `toolkit help`: {}\n",
        names.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{CHAPTERS, help};

    fn book(name: &str) -> String {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
        std::fs::read_to_string(docs.join(name)).unwrap()
    }

    #[test]
    fn every_chapter_for_users_is_shown_in_the_terminal() {
        let summary = book("SUMMARY.md");
        let (for_users, _) = summary.split_once("# Within").unwrap();
        let listed = for_users.split("](").skip(1).filter_map(|it| {
            let (name, _) = it.split_once(".md)").unwrap();
            // The first page is a list of the others, and the commands say it themselves.
            (!["README", "commands"].contains(&name)).then_some(name)
        });
        let mut listed: Vec<_> = listed.collect();
        let mut shown: Vec<_> = CHAPTERS.iter().map(|(name, _)| *name).collect();
        listed.sort_unstable();
        shown.sort_unstable();
        assert_eq!(shown, listed);
        for (name, text) in CHAPTERS {
            assert!(*text == book(&format!("{name}.md")), "{name}");
        }
    }

    #[test]
    fn a_topic_is_a_command_or_a_chapter() {
        let commands = ["up", "lint"].map(clap::Command::new);
        let mut toolkit = clap::Command::new("toolkit").subcommands(commands);
        let mut shown = |topic, is_chapter| help(&mut toolkit, Some(topic), is_chapter);
        assert!(shown("up", false).unwrap().contains("Usage: toolkit up"));
        let both = shown("lint", false).unwrap();
        assert!(both.ends_with("toolkit help --chapter lint\n"), "{both}");
        let chapter = shown("lint", true).unwrap();
        assert!(chapter.starts_with("# `toolkit lint`"), "{chapter}");
        assert!(!chapter.contains("<!-- "), "{chapter}");
        let told = shown("upp", false).unwrap_err();
        assert!(
            told.starts_with("there is no command or chapter upp\n"),
            "{told}"
        );
    }
}
