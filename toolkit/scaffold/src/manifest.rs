//! Edits of `Cargo.toml` files: something is added, and what is there stays as it is. No I/O here.

use std::fmt::Write;

use toml_edit::{Array, DocumentMut, Item, Key, Table, Value};

type Result<T> = std::result::Result<T, String>;

/// What the manifest of a package that is written says.
#[derive(Clone, Debug, Default)]
pub struct Package<'p> {
    /// Its name.
    pub name: &'p str,
    /// What it is, in a sentence.
    pub description: &'p str,
    /// The lines of `[features]`.
    pub features: &'p str,
    /// The names of what it depends on, which the workspace has.
    pub needs: &'p [String],
    /// The lines of its binary, where it has one with settings.
    pub binary: &'p str,
}

/// The manifest of a package in the workspace of the manifest `root`, which has its version and lints.
///
/// # Errors
/// When `root` is not valid.
pub fn package(root: &str, package: &Package<'_>) -> Result<String> {
    let Package {
        name,
        description,
        features,
        needs,
        binary,
    } = package;
    let root = parse(root)?;
    let workspace = root.get("workspace").and_then(Item::as_table_like);
    let inner = |key: &str| workspace.and_then(|it| it.get(key)?.as_table());
    let shared = inner("package");
    let mut text = format!("[package]\nname = {name:?}\ndescription = {description:?}\n");
    for (key, otherwise) in [
        ("version", Some("\"0.1.0\"")),
        ("edition", Some("\"2024\"")),
        ("rust-version", None),
        ("license", None),
        ("publish", Some("false")),
    ] {
        if shared.is_some_and(|it| it.contains_key(key)) {
            let _ = writeln!(text, "{key}.workspace = true");
        } else if let Some(otherwise) = otherwise {
            let _ = writeln!(text, "{key} = {otherwise}");
        }
    }
    let mut needs = needs.to_vec();
    needs.sort();
    let mut dependencies = String::new();
    for need in needs {
        let _ = writeln!(dependencies, "{need}.workspace = true");
    }
    for (section, lines) in [
        ("[features]", *features),
        ("[dependencies]", &dependencies),
        ("[[bin]]", *binary),
    ] {
        if !lines.is_empty() {
            let _ = write!(text, "\n{section}\n{lines}");
        }
    }
    if inner("lints").is_some() {
        text.push_str("\n[lints]\nworkspace = true\n");
    }
    Ok(text)
}

/// A manifest that is also that of a workspace.
///
/// # Errors
/// When it is not valid.
pub fn with_workspace(text: &str) -> Result<String> {
    let mut document = parse(text)?;
    let is_package = document.contains_key("package");
    let workspace = table(document.as_table_mut(), "workspace")?;
    // A root package's edition says which one it is.
    if !is_package && !workspace.contains_key("resolver") {
        workspace.insert("resolver", toml_edit::value("3"));
    }
    Ok(document.to_string())
}

/// The workspace's manifest with the package at `place`, relative to it, among its members.
///
/// # Errors
/// When it is not valid.
pub fn with_member(text: &str, place: &str) -> Result<String> {
    let mut document = parse(text)?;
    let workspace = table(document.as_table_mut(), "workspace")?;
    if !workspace.contains_key("members") {
        workspace.insert("members", Item::Value(Value::Array(Array::new())));
    }
    let members = workspace.get_mut("members").and_then(Item::as_array_mut);
    let members = members.ok_or("its members are no list")?;
    if !members
        .iter()
        .any(|it| it.as_str().is_some_and(|it| covers(it, place)))
    {
        push(members, place);
    }
    Ok(document.to_string())
}

/// Adds a value to the list, on a line of its own where the others have theirs.
fn push(list: &mut Array, value: &str) {
    let count = list.len();
    let mut value = Value::from(value);
    let is_on_lines = list.to_string().contains('\n');
    if list.trailing_comma() && is_on_lines {
        // What stands behind the comma belongs to the line before.
        let behind = list.trailing().as_str().unwrap_or_default().trim_end();
        value.decor_mut().set_prefix(format!("{behind}\n    "));
        list.set_trailing("\n");
    } else {
        let space = match (is_on_lines, count) {
            (true, _) => "\n    ",
            (false, 0) => "",
            (false, _) => " ",
        };
        value.decor_mut().set_prefix(space);
        list.set_trailing_comma(is_on_lines && count == 0);
    }
    // Without a comma behind the last one, the line's end belongs to that.
    let last = count.checked_sub(1).and_then(|last| list.get_mut(last));
    if let Some(last) = last {
        let suffix = last.decor().suffix().and_then(|it| it.as_str());
        let suffix = suffix.unwrap_or_default().to_owned();
        last.decor_mut().set_suffix("");
        value.decor_mut().set_suffix(suffix);
    }
    list.push_formatted(value);
}

/// Whether a pattern of members covers `place`.
fn covers(pattern: &str, place: &str) -> bool {
    let (patterns, parts) = (pattern.split('/'), place.split('/'));
    pattern.split('/').count() == place.split('/').count()
        && patterns
            .zip(parts)
            .all(|(pattern, part)| pattern == "*" || pattern == part)
}

/// The workspace's manifest with the dependency `name`, where it has none of that name. `says` is what
/// stands behind it: `{ path = "…" }`. It stands behind those that are like it.
///
/// # Errors
/// When it is not valid.
pub fn with_workspace_dependency(text: &str, name: &str, says: &str) -> Result<String> {
    let mut document = parse(text)?;
    let workspace = table(document.as_table_mut(), "workspace")?;
    let dependencies = table(workspace, "dependencies")?;
    let value: Value = says.parse().map_err(|error| format!("{says}: {error}"))?;
    insert(dependencies, name, Item::Value(value));
    Ok(document.to_string())
}

/// A package's manifest with a dependency on what the workspace calls `name`, where it has none.
///
/// # Errors
/// When it is not valid.
pub fn with_dependency(text: &str, name: &str) -> Result<String> {
    let mut document = parse(text)?;
    let dependencies = table(document.as_table_mut(), "dependencies")?;
    let mut inherited = Table::new();
    inherited.set_dotted(true);
    inherited.insert("workspace", toml_edit::value(true));
    insert(dependencies, name, Item::Table(inherited));
    Ok(document.to_string())
}

/// The manifest with an optimised build of the package `name` beside others that are not.
///
/// # Errors
/// When it is not valid.
pub fn with_optimised(text: &str, name: &str) -> Result<String> {
    let mut document = parse(text)?;
    let mut inner = document.as_table_mut();
    for key in ["profile", "dev", "package", name] {
        let is_new = !inner.contains_key(key);
        inner = table(inner, key)?;
        if is_new {
            inner.set_implicit(key != name);
        }
    }
    if !inner.contains_key("opt-level") {
        inner.insert("opt-level", toml_edit::value(2));
    }
    Ok(document.to_string())
}

fn parse(text: &str) -> Result<DocumentMut> {
    text.parse()
        .map_err(|error: toml_edit::TomlError| format!("it is not valid: {}", error.message()))
}

/// The table `key`, made where it is not there.
fn table<'t>(outer: &'t mut Table, key: &str) -> Result<&'t mut Table> {
    let item = outer
        .entry(key)
        .or_insert_with(|| Item::Table(Table::new()));
    item.as_table_mut()
        .ok_or_else(|| format!("its {key} is no section"))
}

/// Inserts what is not there, behind the last one that is like it.
fn insert(dependencies: &mut Table, name: &str, item: Item) {
    // It may have another name here.
    let package = |item: &Item| item.get("package").and_then(Item::as_str) == Some(name);
    if dependencies.contains_key(name) || dependencies.iter().any(|(_, item)| package(item)) {
        return;
    }
    let mut order: Vec<String> = dependencies.iter().map(|it| it.0.to_owned()).collect();
    let place = order.iter().rposition(|other| is_like(other, name));
    let place = place.map_or(order.len(), |place| place + 1);
    order.insert(place, name.to_owned());
    if dependencies.is_implicit() {
        make_explicit(dependencies);
    }
    dependencies.insert(name, item);
    let rank = |key: &Key| order.iter().position(|it| it == key.get());
    dependencies.sort_values_by(|key, _, other, _| rank(key).cmp(&rank(other)));
}

/// Gives a section a line of its own that stood only in the names of others, which follow it.
fn make_explicit(section: &mut Table) {
    section.set_implicit(false);
    for (_, item) in section.iter_mut() {
        if let Item::Table(inner) = item
            && !inner.is_dotted()
            && inner
                .decor()
                .prefix()
                .is_none_or(|it| it.as_str() == Some(""))
        {
            inner.decor_mut().set_prefix("\n");
        }
    }
}

/// Of a family by the word at its start or its end: migrations, the toolkit's own packages.
fn is_like(name: &str, other: &str) -> bool {
    ["-migration", "toolkit-", "sea-orm"].iter().any(|word| {
        let has = |it: &str| it.ends_with(word) || it.starts_with(word);
        has(name) && has(other)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKSPACE: &str = "[workspace]\nmembers = [\"entity\", \"services/*/migration\"] # all\n\n\
        [workspace.dependencies]\nentity = { path = \"entity\" }\n\
        a-migration = { path = \"services/a/migration\", default-features = false }\n\n# Others.\nserde = \"1\"\n";

    #[test]
    fn a_member_is_listed_where_no_pattern_covers_it() {
        let place = "services/b/migration";
        assert_eq!(with_member(WORKSPACE, place).unwrap(), WORKSPACE);
        let other = with_member(WORKSPACE, "c/migration").unwrap();
        let list = "migration\", \"c/migration\"] # all\n";
        assert!(other.contains(list), "{other}");
        assert_eq!(with_member(&other, "c/migration").unwrap(), other);
        for (before, after) in [
            ("[\n    \"a\",\n]", "[\n    \"a\",\n    \"b\",\n]"),
            ("[\n    \"a\"\n]", "[\n    \"a\",\n    \"b\"\n]"),
            (
                "[\n    \"a\", # first\n]",
                "[\n    \"a\", # first\n    \"b\",\n]",
            ),
            ("[]", "[\"b\"]"),
        ] {
            let text = |list: &str| format!("[workspace]\nmembers = {list}\n");
            assert_eq!(with_member(&text(before), "b").unwrap(), text(after));
        }
        with_member("[workspace", "b").unwrap_err();
    }

    #[test]
    fn dependencies_stand_where_those_like_them_are() {
        let line = "b-migration = { path = \"b\" }\n";
        let added =
            with_workspace_dependency(WORKSPACE, "b-migration", "{ path = \"b\" }").unwrap();
        assert_eq!(
            added,
            WORKSPACE.replace("\n# Others", &format!("{line}\n# Others"))
        );
        let again = with_workspace_dependency(&added, "b-migration", "\"2\"").unwrap();
        assert_eq!(again, added);

        let text = "[package]\nname = \"t\"\n\n[dependencies]\na-migration.workspace = true\nx = \"1\"\n\n[lints]\n";
        let added = with_dependency(text, "b-migration").unwrap();
        assert_eq!(
            added,
            text.replace("x = ", "b-migration.workspace = true\nx = ")
        );
        let renamed = "[dependencies]\nb = { package = \"b-migration\", path = \"b\" }\n";
        assert_eq!(with_dependency(renamed, "b-migration").unwrap(), renamed);
        // A section in which only others stand.
        let text =
            "[dependencies.sea-orm-migration]\nversion = \"2\"\nfeatures = [\n    # none\n]\n";
        let added = with_dependency(text, "toolkit-runtime").unwrap();
        assert_eq!(
            added,
            format!("[dependencies]\ntoolkit-runtime.workspace = true\n\n{text}")
        );
    }

    #[test]
    fn a_package_becomes_a_workspace_and_profiles_are_added_once() {
        let text = "[package]\nname = \"app\"\nedition = \"2024\"\n";
        let workspace = with_workspace(text).unwrap();
        let workspace = with_member(&workspace, "toolkit").unwrap();
        assert_eq!(
            workspace,
            format!("{text}\n[workspace]\nmembers = [\"toolkit\"]\n")
        );
        let resolved = with_workspace("").unwrap();
        assert_eq!(resolved, "[workspace]\nresolver = \"3\"\n");
        let optimised = with_optimised(&resolved, "wasmer").unwrap();
        let profile = "\n[profile.dev.package.wasmer]\nopt-level = 2\n";
        assert_eq!(optimised, resolved + profile);
        assert_eq!(with_optimised(&optimised, "wasmer").unwrap(), optimised);
    }

    #[test]
    fn a_package_takes_over_what_the_workspace_says() {
        let written = |root: &str| {
            let needs = ["toolkit-runtime".to_owned(), "entity".to_owned()];
            let package_of = Package {
                name: "a",
                description: "A",
                needs: &needs,
                ..Package::default()
            };
            package(root, &package_of).unwrap()
        };
        let (head, needs) = (
            "[package]\nname = \"a\"\ndescription = \"A\"\n",
            "\n[dependencies]\nentity.workspace = true\ntoolkit-runtime.workspace = true\n",
        );
        let own = "version = \"0.1.0\"\nedition = \"2024\"\npublish = false\n";
        assert_eq!(written(""), format!("{head}{own}{needs}"));
        let root = "[workspace.package]\nedition = \"2021\"\n\n[workspace.lints.rust]\nunused = \"deny\"\n";
        let own = "version = \"0.1.0\"\nedition.workspace = true\npublish = false\n";
        let lints = "\n[lints]\nworkspace = true\n";
        assert_eq!(written(root), format!("{head}{own}{needs}{lints}"));
    }
}
