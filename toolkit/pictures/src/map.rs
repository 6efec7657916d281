//! The map of services: which refers to which.

use std::collections::BTreeMap;

use crate::{
    mermaid::quoted,
    model::{Picture, Reference},
};

/// What one schema has to do with another, in one of the two ways.
#[derive(Clone, Debug)]
pub struct Link<'r> {
    /// The schema that refers.
    pub from: &'r str,
    /// The schema that is referred to.
    pub to: &'r str,
    /// Whether no foreign key says so.
    pub by_naming: bool,
    /// The references.
    pub references: Vec<&'r Reference>,
}

/// What leads from one schema to another.
pub fn links(references: &[Reference]) -> Vec<Link<'_>> {
    let mut found: BTreeMap<(&str, &str, bool), Vec<&Reference>> = BTreeMap::new();
    for reference in references {
        let (from, to) = (reference.from.schema.as_str(), reference.to.schema.as_str());
        let by_naming = reference.is_by_naming();
        if from != to {
            found
                .entry((from, to, by_naming))
                .or_default()
                .push(reference);
        }
    }
    let links = found.into_iter();
    links
        .map(|((from, to, by_naming), references)| Link {
            from,
            to,
            by_naming,
            references,
        })
        .collect()
}

/// The map as Mermaid's text: <https://mermaid.js.org/syntax/flowchart.html>.
pub fn diagram(pictures: &[Picture], links: &[Link<'_>]) -> String {
    let mut keys: BTreeMap<&str, String> = BTreeMap::new();
    let mut lines = vec!["flowchart LR\n".to_owned()];
    let known = pictures
        .iter()
        .map(|it| (it.schema.as_str(), it.service.as_str()));
    // A foreign key may lead to a schema of nobody here.
    let others = links
        .iter()
        .flat_map(|it| [it.from, it.to])
        .map(|it| (it, it));
    for (schema, name) in known.chain(others) {
        if keys.contains_key(schema) {
            continue;
        }
        let key = format!("s{}", keys.len() + 1);
        lines.push(format!("  {key}[\"{}\"]\n", quoted(name)));
        keys.insert(schema, key);
    }
    for link in links {
        if let (Some(from), Some(to)) = (keys.get(link.from), keys.get(link.to)) {
            let (arrow, count) = (
                if link.by_naming { "-.->" } else { "-->" },
                link.references.len(),
            );
            lines.push(format!("  {from} {arrow}|{count}| {to}\n"));
        }
    }
    lines.concat()
}
