//! Functions that take and give the types which a schema defines.

use std::fmt::Write;

use crate::{
    about::{self, ABOUT_BYTES, Object},
    bytes::Bytes,
    composite::COMPOSITE_NAMES,
    domain::Domain,
    function::body,
    schema::Enums,
};

const SLOT_BYTES: usize = 4;
const SLOTS: usize = 4;
pub const TYPED_BYTES: usize = SLOTS * SLOT_BYTES;
pub const TYPED_ABOUTS: usize = SLOTS * ABOUT_BYTES;

/// Writes the functions that `bytes` describe, where their types are.
pub fn all(
    sql: &mut String,
    (bytes, abouts): (&mut Bytes<'_>, &mut Bytes<'_>),
    enums: &Enums,
    domains: &[Option<Domain>],
    composites: &[&str],
) {
    let has_state = enums.contains_key("state_1");
    let domain = domains.iter().flatten().next().map(|domain| domain.name);
    let composite = composites.iter().find(|it| **it == COMPOSITE_NAMES[0]);
    let (state, other_state) = ("state_1", "state_1 DEFAULT 'a'");
    let slots = [
        ("of_state", has_state.then_some([state, other_state])),
        (
            "of_states",
            has_state.then_some(["state_1[]", "VARIADIC state_1[]"]),
        ),
        ("of_domain", domain.map(|it| [it, it])),
        ("of_pair", composite.map(|it| [*it, "pair_0[]"])),
    ];
    for (name, types) in slots {
        let (stretch, about) = (bytes.stretch(SLOT_BYTES), abouts.stretch(ABOUT_BYTES));
        if let Some(types) = types {
            create(sql, name, types, stretch, about);
        }
    }
}

fn create(sql: &mut String, name: &str, types: [&str; 2], mut bytes: Bytes<'_>, about: Bytes<'_>) {
    let exists = bytes.one_in(2);
    let declared = bytes.choose(&types);
    let (mode, data_type) = match declared.strip_prefix("VARIADIC ") {
        Some(data_type) => ("VARIADIC ", data_type),
        None => ("", *declared),
    };
    let plain = data_type.split(" DEFAULT").next().unwrap_or(data_type);
    let (result, expression) = match bytes.pick(3) {
        0 => ("text", "it::text"),
        1 => (plain, "it"),
        _ => ("boolean", "it IS NULL"),
    };
    let language = bytes.pick(4);
    let body = body(language, expression);
    let language = if language == 3 { "plpgsql" } else { "sql" };
    if exists {
        let _ = writeln!(
            sql,
            "CREATE FUNCTION {name}({mode}it {data_type}) RETURNS {result} LANGUAGE {language} {body};"
        );
        let signature = format!("{name}({plain})");
        about::write(sql, about, &Object::new("FUNCTION", &signature, "EXECUTE"));
    }
}
