//! Enum types.

use super::{code::Code, names::Names};
use crate::{
    catalog::{Enum, QualifiedName},
    plan::ValuePosition,
};

/// `Type::create()…`; sea-query cannot say a type without values.
pub(super) fn create(new: &Enum, names: &Names<'_>) -> Option<Code> {
    let Enum {
        name,
        values,
        comment: _,
    } = new;
    if values.is_empty() {
        return None;
    }
    let values = Code::Array(values.iter().map(Code::text).collect());
    let code = Code::Call("Type::create", Vec::new())
        .with("as_enum", names.object(name))
        .with("values", values);
    Some(code.call("to_owned"))
}

/// `Type::alter()….add_value(…)`.
pub(super) fn add_value(
    name: &QualifiedName,
    value: &str,
    position: &ValuePosition,
    names: &Names<'_>,
) -> Code {
    let code = alter(name, names).with("add_value", Code::text(value));
    match position {
        ValuePosition::Last => code,
        ValuePosition::Before(other) => code.with("before", Code::text(other)),
        ValuePosition::After(other) => code.with("after", Code::text(other)),
    }
}

/// `Type::alter()….rename_to(…)`.
pub(super) fn rename(name: &QualifiedName, to: &str, names: &Names<'_>) -> Code {
    alter(name, names).with("rename_to", Code::text(to))
}

/// `Type::alter()….rename_value(…)`.
pub(super) fn rename_value(name: &QualifiedName, from: &str, to: &str, names: &Names<'_>) -> Code {
    alter(name, names).with_both("rename_value", Code::text(from), Code::text(to))
}

/// `Type::drop()…`.
pub(super) fn drop(name: &QualifiedName, names: &Names<'_>) -> Code {
    Code::Call("Type::drop", Vec::new())
        .with("name", names.object(name))
        .call("to_owned")
}

fn alter(name: &QualifiedName, names: &Names<'_>) -> Code {
    Code::Call("Type::alter", Vec::new()).with("name", names.object(name))
}
