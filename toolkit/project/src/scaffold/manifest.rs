//! Edits of `Cargo.toml` files: lines are added, and what is there stays as it is. No I/O here.

/// `sample`, the manifest of another service's package, for the package `name`.
///
/// # Errors
/// When it has no name.
pub(super) fn like(sample: &str, name: &str, description: &str) -> Result<String, String> {
    let mut has_name = false;
    let lines = sample.lines().map(|line| match line.split_once('=') {
        Some((key, _)) if key.trim() == "name" && !has_name => {
            has_name = true;
            format!("name = {name:?}\n")
        }
        Some((key, _)) if key.trim() == "description" => format!("description = {description:?}\n"),
        _ => format!("{line}\n"),
    });
    let text: String = lines.collect();
    if has_name {
        Ok(text)
    } else {
        Err("its package has no name".to_owned())
    }
}

/// The workspace's manifest with the package `name` at `place`, relative to it.
///
/// # Errors
/// When it does not list members and dependencies.
pub(super) fn with_member(text: &str, name: &str, place: &str) -> Result<String, String> {
    let line = format!("{name} = {{ path = {place:?}, default-features = false }}");
    let text = with_line(
        text,
        "[workspace.dependencies]",
        &line,
        "-migration = { path",
    )?;
    if is_member(&text, place)? {
        return Ok(text);
    }
    let (start, end) = members(&text)?;
    let list = text[start..end].trim_end();
    let comma = if list.is_empty() || list.ends_with(',') {
        ""
    } else {
        ","
    };
    let is_on_lines = text[start..end].contains('\n');
    let space = if is_on_lines { "\n    " } else { " " };
    let list_end = start + list.len();
    Ok(format!(
        "{}{comma}{space}{place:?}{}",
        &text[..list_end],
        &text[list_end..]
    ))
}

/// A package's manifest with a dependency on the workspace's package `name`.
///
/// # Errors
/// When it has no dependencies.
pub(super) fn with_dependency(text: &str, name: &str) -> Result<String, String> {
    let line = format!("{name}.workspace = true");
    with_line(text, "[dependencies]", &line, "-migration.workspace")
}

/// Adds `line` to `section`: behind the last line there that contains `like`, else at its start.
fn with_line(text: &str, section: &str, line: &str, like: &str) -> Result<String, String> {
    let mut place = None;
    let mut is_inside = false;
    let mut end = 0;
    for found in text.split_inclusive('\n') {
        end += found.len();
        let trimmed = found.trim();
        if trimmed == line {
            return Ok(text.to_owned());
        }
        if trimmed.starts_with('[') {
            is_inside = trimmed == section;
        }
        if is_inside && (trimmed == section || found.contains(like)) {
            place = Some(end);
        }
    }
    let place = place.ok_or_else(|| format!("it has no {section}"))?;
    let (before, after) = text.split_at(place);
    let newline = if before.ends_with('\n') { "" } else { "\n" };
    Ok(format!("{before}{newline}{line}\n{after}"))
}

/// Where the list of members begins and ends.
fn members(text: &str) -> Result<(usize, usize), String> {
    let missing = || "it has no members = […]".to_owned();
    let key = text.find("members = [").ok_or_else(missing)?;
    let start = key + "members = [".len();
    let length = text[start..].find(']').ok_or_else(missing)?;
    Ok((start, start + length))
}

/// Whether a pattern of the list covers `place`.
fn is_member(text: &str, place: &str) -> Result<bool, String> {
    let (start, end) = members(text)?;
    let patterns = text[start..end].split('"').skip(1).step_by(2);
    let covers = |pattern: &str| {
        let (patterns, parts) = (pattern.split('/'), place.split('/'));
        pattern.split('/').count() == place.split('/').count()
            && patterns
                .zip(parts)
                .all(|(pattern, part)| pattern == "*" || pattern == part)
    };
    let mut patterns = patterns;
    Ok(patterns.any(covers))
}

#[cfg(test)]
mod tests {
    use super::{like, with_dependency, with_member};

    const WORKSPACE: &str = "[workspace]\nmembers = [\"entity\", \"services/*/migration\"]\n\n\
        [workspace.dependencies]\nentity = { path = \"entity\" }\n\
        a-migration = { path = \"services/a/migration\", default-features = false }\n\nserde = \"1\"\n";

    #[test]
    fn a_member_is_listed_where_others_are() {
        let line = "b-migration = { path = \"services/b/migration\", default-features = false }\n";
        let listed = with_member(WORKSPACE, "b-migration", "services/b/migration").unwrap();
        assert_eq!(
            listed,
            WORKSPACE.replace("\n\nserde", &format!("\n{line}\nserde"))
        );
        // One that no pattern covers is a member, too.
        let other = with_member(WORKSPACE, "c-migration", "c/migration").unwrap();
        assert!(other.contains("migration\", \"c/migration\"]\n"), "{other}");
        assert_eq!(
            with_member(&listed, "b-migration", "services/b/migration").unwrap(),
            listed
        );
        with_member("[workspace]\n", "b", "b").unwrap_err();
    }

    #[test]
    fn a_dependency_and_a_package_are_like_others() {
        let text = "[package]\nname = \"t\"\n\n[dependencies]\na-migration.workspace = true\nx = \"1\"\n\n[lints]\n";
        let added = with_dependency(text, "b-migration").unwrap();
        assert_eq!(
            added,
            text.replace("x = ", "b-migration.workspace = true\nx = ")
        );
        let sample = "[package]\nname = \"a\"\ndescription = \"A\"\n\n[[bin]]\nname = \"x\"\n";
        assert_eq!(
            like(sample, "b", "B").unwrap(),
            "[package]\nname = \"b\"\ndescription = \"B\"\n\n[[bin]]\nname = \"x\"\n"
        );
        like("[package]\n", "b", "B").unwrap_err();
    }
}
