//! What `pg_dump` prints, object by object, with every letter of each definition.

use std::{collections::BTreeMap, fmt::Write};

/// Objects by what `pg_dump` calls them: `orders; Type: TABLE; Schema: public; Owner: postgres`.
#[derive(PartialEq, Eq)]
pub struct Objects<'d>(BTreeMap<&'d str, Vec<&'d str>>);

impl<'d> Objects<'d> {
    /// Their order is left out: `pg_dump` puts what does not depend on each other by name where it
    /// has one, else by age.
    pub fn of(dump: &'d str) -> Self {
        let end = dump.find("\n--\n-- PostgreSQL database dump complete");
        // Before the first object stand settings, and a key that differs each time.
        let parts = dump[..end.unwrap_or(dump.len())]
            .split("\n--\n-- Name: ")
            .skip(1);
        let mut objects: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for part in parts {
            let (name, definition) = part.split_once("\n--\n").unwrap_or((part, ""));
            objects
                .entry(name)
                .or_default()
                .push(without_settings(definition));
        }
        objects.values_mut().for_each(|same| same.sort_unstable());
        Self(objects)
    }

    /// What is missing, what is too much, and the definitions that are not what they should be.
    pub fn difference(&self, should_be: &Self) -> String {
        let mut text = String::new();
        for name in should_be.0.keys().filter(|it| !self.0.contains_key(*it)) {
            let _ = writeln!(text, "missing   {name}");
        }
        for (name, is) in &self.0 {
            match should_be.0.get(name) {
                None => {
                    let _ = writeln!(text, "too much  {name}");
                }
                Some(should_be) if lines(is) != lines(should_be) => {
                    let (is, should_be) = (is.join("\n"), should_be.join("\n"));
                    let _ = writeln!(text, "differs   {name}\nis\n{is}\nshould be\n{should_be}");
                }
                Some(_) => {}
            }
        }
        text
    }
}

/// The lines in an order of their own: a column that is added stands last.
fn lines<'d>(definitions: &[&'d str]) -> Vec<&'d str> {
    let lines = definitions.iter().flat_map(|it| it.lines());
    let mut lines: Vec<_> = lines.map(|line| line.trim_end_matches(',')).collect();
    lines.sort_unstable();
    lines
}

/// Before the first table stand settings, whichever table it is.
fn without_settings(definition: &str) -> &str {
    let end = definition.find("\n\nSET default_table");
    definition[..end.unwrap_or(definition.len())].trim()
}
