//! What a generated migration leaves to a person, and nobody has done yet.

use std::path::{Path, PathBuf};

use crate::{Result, source_text};

/// A comment in a migration that says what is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Todo {
    /// The migration's file.
    pub file: PathBuf,
    /// The line that it begins on.
    pub line: usize,
    /// What it says.
    pub text: String,
}

/// What is to be done in the migration `name` of the crate in `folder`.
///
/// # Errors
/// [`crate::Error::Files`] when its source cannot be read.
pub fn todos(folder: &Path, name: &str) -> Result<Vec<Todo>> {
    let Some((file, text)) = source_text(folder, name)? else {
        return Ok(Vec::new());
    };
    let found = found(&text).into_iter();
    Ok(found
        .map(|(line, text)| Todo {
            file: file.clone(),
            line,
            text,
        })
        .collect())
}

/// The lines of comments that begin with `TODO:`, each with those below it.
fn found(source: &str) -> Vec<(usize, String)> {
    let comment = |line: &str| Some(line.trim().strip_prefix("//")?.trim().to_owned());
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (number, line) in source.lines().enumerate() {
        let Some(text) = comment(line) else {
            goes_on = false;
            continue;
        };
        if let Some(text) = text.strip_prefix("TODO:") {
            found.push((number + 1, text.trim().to_owned()));
            goes_on = true;
        } else if let (true, Some((_, whole))) = (goes_on, found.last_mut()) {
            whole.push(' ');
            whole.push_str(&text);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::found;

    #[test]
    fn what_is_left_to_a_person_is_found_with_its_line() {
        let source = "// Made.\nfn up() {\n    // TODO: a.b is new: fill it here, or\n    // drop it.\n    \
            let text = \"// TODO: no\";\n    // Done.\n    // TODO: two\n}\n";
        let expected = [(3, "a.b is new: fill it here, or drop it."), (7, "two")];
        assert_eq!(
            found(source),
            expected.map(|(line, text)| (line, text.to_owned()))
        );
    }
}
