//! `help`: what a command's `--help` says, and the chapters of the book in the terminal.

use clap::Command;
use toolkit_runtime::Printer;

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
    "daily" "entities" "declarations" "renames" "data" "plan" "branches" "squash" "lint" "testing" "ci"
    "production" "online" "troubleshooting"
    "configuration" "json" "versions" "glossary"
];

/// Shows the help of the command or the chapter `topic`; of all commands where there is none. Where a command and a
/// chapter have one name, `is_chapter` says that it is the chapter.
///
/// # Errors
/// What to say where there is no such topic.
pub(crate) fn help(
    command: &mut Command,
    topic: Option<&str>,
    is_chapter: bool,
) -> Result<(), String> {
    let text = match topic {
        None => format!("{}\n{}", command.render_long_help(), list()),
        Some(topic) => {
            let chapter = CHAPTERS.iter().find(|(name, _)| *name == topic);
            let found = command.find_subcommand_mut(topic).filter(|_| !is_chapter);
            match (found, chapter) {
                (Some(found), None) => found.render_long_help().to_string(),
                (Some(found), Some(_)) => format!(
                    "{}\nIts chapter of the book: toolkit help --chapter {topic}\n",
                    found.render_long_help()
                ),
                (None, Some((_, text))) => for_the_terminal(text),
                (None, None) => {
                    return Err(format!(
                        "there is no command or chapter {topic}\n{}",
                        list()
                    ));
                }
            }
        }
    };
    Printer::default().raw(&text);
    Ok(())
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
    fn what_is_neither_a_command_nor_a_chapter_is_told() {
        let mut command = clap::Command::new("toolkit");
        let told = help(&mut command, Some("upp"), false).unwrap_err();
        assert!(
            told.starts_with("there is no command or chapter upp\n"),
            "{told}"
        );
    }
}
