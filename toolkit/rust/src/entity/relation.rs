//! Foreign keys as relations of both of their ends. No I/O here.

use std::collections::{BTreeMap, BTreeSet};

use pluralizer::pluralize;

use super::{attribute::says, ident::Idents, said::Draft};
use crate::catalog::{
    Constraint, Deferral, ForeignKey, MatchType, QualifiedName, ReferentialAction, Table,
};

/// A field of a relation.
#[derive(Debug)]
pub(super) struct Relation {
    pub(super) field: String,
    /// The words of its attribute.
    pub(super) words: Vec<String>,
    pub(super) rust: String,
    pub(super) about: String,
}

/// A foreign key between two entities.
struct Link {
    from: usize,
    to: usize,
    name: String,
    is_said: bool,
}

fn links(drafts: &[Draft]) -> Vec<Link> {
    let places: BTreeMap<&QualifiedName, usize> = (drafts.iter().enumerate())
        .map(|(place, draft)| (&draft.table.name, place))
        .collect();
    let mut links = Vec::new();
    for (from, draft) in drafts.iter().enumerate() {
        let mut seen = BTreeSet::new();
        for constraint in draft.table.constraints.values() {
            let Some(key) = constraint.foreign_key() else {
                continue;
            };
            let Some(&to) = places.get(&key.references) else {
                continue;
            };
            // The same key said twice is one to SeaORM.
            let is_first = seen.insert((&key.columns, &key.references, &key.referenced_columns));
            if is_first {
                links.push(Link {
                    from,
                    to,
                    name: constraint.name.clone(),
                    is_said: is_plain(constraint, key)
                        && is_unique(&drafts[to], &key.referenced_columns),
                });
            }
        }
    }
    links
}

fn is_plain(constraint: &Constraint, key: &ForeignKey) -> bool {
    constraint.deferral == Deferral::NotDeferrable
        && constraint.validated
        && constraint.enforced
        && key.match_type == MatchType::Simple
        && key.on_delete_columns.is_empty()
        && !key.period
}

/// Whether `columns` are unique before anything is declared.
fn is_unique(draft: &Draft, columns: &[String]) -> bool {
    let set = |columns: &[String]| columns.iter().cloned().collect::<BTreeSet<_>>();
    let wanted = set(columns);
    draft.keys.referable.iter().any(|it| set(it) == wanted)
}

/// Gives each entity the fields of its relations. Returns the foreign keys that these say, each by the place of
/// its entity and its name.
pub(super) fn relations(drafts: &mut [Draft]) -> BTreeSet<(usize, String)> {
    let links = links(drafts);
    let mut variants: Vec<Idents> = drafts.iter().map(|_| Idents::default()).collect();
    for link in &links {
        // SeaORM calls a relation after the other one's module unless it is told a name.
        variants[link.from].take(&drafts[link.to].module);
        variants[link.to].take(&drafts[link.from].module);
    }
    for link in &links {
        let Some(key) = foreign_key(drafts[link.from].table, &link.name) else {
            continue;
        };
        if link.from == link.to {
            to_itself(drafts, &mut variants, link, key);
        } else {
            to_another(drafts, &mut variants, &links, link, key);
        }
    }
    let said = links.into_iter().filter(|link| link.is_said);
    said.map(|link| (link.from, link.name)).collect()
}

fn foreign_key<'c>(table: &'c Table, name: &str) -> Option<&'c ForeignKey> {
    table.constraints.get(name)?.foreign_key()
}

fn to_itself(drafts: &mut [Draft], variants: &mut [Idents], link: &Link, key: &ForeignKey) {
    let place = link.from;
    let is_optional = is_optional(drafts[place].table, key);
    let field = drafts[place].idents.field(&wanted(key, "parent"));
    let variant = variants[place].variant(&field);
    let back = many(&mut drafts[place], &format!("{field}_children"));
    let back_variant = variants[place].variant(&back);
    let mut words = vec![
        "self_ref".to_owned(),
        says("relation_enum", &variant),
        says("relation_reverse", &back_variant),
    ];
    words.extend(ends(&drafts[place], &drafts[place], key));
    words.extend(actions(key, link.is_said));
    let about = format!("The row that `{}` refers to.", key.columns.join("`, `"));
    drafts[place].relations.push(Relation {
        field: field.clone(),
        words,
        rust: belongs_to("Entity", is_optional),
        about,
    });
    drafts[place].relations.push(Relation {
        field: back,
        words: vec![
            "self_ref".to_owned(),
            says("relation_enum", &back_variant),
            says("relation_reverse", &variant),
        ],
        rust: "HasMany<Entity>".to_owned(),
        about: format!("The rows that refer to this by `{field}`."),
    });
}

fn to_another(
    drafts: &mut [Draft],
    variants: &mut [Idents],
    links: &[Link],
    link: &Link,
    key: &ForeignKey,
) {
    let (from, to) = (link.from, link.to);
    let pair = BTreeSet::from([from, to]);
    let between = links
        .iter()
        .filter(|it| BTreeSet::from([it.from, it.to]) == pair);
    let is_only = between.count() == 1;
    let (own, other) = (drafts[from].module.clone(), drafts[to].module.clone());
    let field = drafts[from].idents.field(&wanted(key, &other));
    let back = if is_only {
        own.clone()
    } else {
        format!("{field}_{own}")
    };
    // `has_one` cannot say by which relation.
    let is_one = is_only && is_unique(&drafts[from], &key.columns);
    let back = if is_one {
        drafts[to].idents.field(&back)
    } else {
        many(&mut drafts[to], &back)
    };
    let mut words = vec!["belongs_to".to_owned()];
    let mut back_words = vec![if is_one { "has_one" } else { "has_many" }.to_owned()];
    if !is_only {
        let variant = variants[from].variant(&field);
        words.push(says("relation_enum", &variant));
        back_words.push(says("relation_enum", &variants[to].variant(&back)));
        back_words.push(says("via_rel", &variant));
    }
    words.extend(ends(&drafts[from], &drafts[to], key));
    words.extend(actions(key, link.is_said));
    let entity = |module: &str| format!("super::{module}::Entity");
    let is_optional = is_optional(drafts[from].table, key);
    let about = format!("The row that `{}` refers to.", key.columns.join("`, `"));
    drafts[from].relations.push(Relation {
        field,
        words,
        rust: belongs_to(&entity(&other), is_optional),
        about,
    });
    let kind = if is_one { "HasOne" } else { "HasMany" };
    drafts[to].relations.push(Relation {
        field: back,
        words: back_words,
        rust: format!("{kind}<{}>", entity(&own)),
        about: if is_one {
            format!("The row of `{own}` that refers to this.")
        } else {
            format!("The rows of `{own}` that refer to this.")
        },
    });
}

/// A name for what the key refers to: `plan` for `plan_id`.
fn wanted(key: &ForeignKey, otherwise: &str) -> String {
    let name = match key.columns.as_slice() {
        [column] => ["_id", "_uuid", "Id", "_fk"]
            .iter()
            .find_map(|suffix| column.strip_suffix(suffix)),
        _ => None,
    };
    let is_name = |name: &&str| !name.is_empty();
    name.filter(is_name).unwrap_or(otherwise).to_owned()
}

/// A field for many rows. SeaORM makes a method of its singular.
fn many(draft: &mut Draft, wanted: &str) -> String {
    let mut name = wanted.to_owned();
    let mut number = 2;
    loop {
        let field = draft.idents.field(&name);
        if draft.many.insert(pluralize(&field, 1, false)) {
            return field;
        }
        name = format!("{wanted}_{number}");
        number += 1;
    }
}

fn is_optional(table: &Table, key: &ForeignKey) -> bool {
    let nullable = |name: &String| table.column(name).is_some_and(|it| it.nullable);
    key.columns.iter().any(nullable)
}

fn belongs_to(entity: &str, is_optional: bool) -> String {
    if is_optional {
        format!("BelongsTo<Option<{entity}>>")
    } else {
        format!("BelongsTo<{entity}>")
    }
}

fn ends(from: &Draft, to: &Draft, key: &ForeignKey) -> [String; 2] {
    [
        says("from", &columns(from, &key.columns)),
        says("to", &columns(to, &key.referenced_columns)),
    ]
}

/// Columns as an attribute names them.
fn columns(draft: &Draft, names: &[String]) -> String {
    let fields = names.iter().filter_map(|name| draft.fields.get(name));
    let fields: Vec<&str> = fields.map(String::as_str).collect();
    match fields.as_slice() {
        [field] => (*field).to_owned(),
        _ => format!("({})", fields.join(", ")),
    }
}

fn actions(key: &ForeignKey, is_said: bool) -> Vec<String> {
    if !is_said {
        return vec!["skip_fk".to_owned()];
    }
    let of = |name: &str, action| word(action).map(|word| says(name, word));
    let both = [
        of("on_update", key.on_update),
        of("on_delete", key.on_delete),
    ];
    both.into_iter().flatten().collect()
}

/// What SeaORM calls the action; nothing for the default.
fn word(action: ReferentialAction) -> Option<&'static str> {
    match action {
        ReferentialAction::NoAction => None,
        ReferentialAction::Restrict => Some("Restrict"),
        ReferentialAction::Cascade => Some("Cascade"),
        ReferentialAction::SetNull => Some("SetNull"),
        ReferentialAction::SetDefault => Some("SetDefault"),
    }
}
