//! The `use` of exactly what the statements name.

use std::collections::BTreeSet;

use super::{code::Code, layout::MAX_WIDTH, statement::Statement};

/// `use sea_orm_migration::…;`
pub(super) fn imports<'s>(statements: impl Iterator<Item = &'s Statement>) -> String {
    let mut helpers = BTreeSet::new();
    let mut has_types = false;
    for statement in statements {
        statement.argument.visit(&mut |code| match code {
            Code::Helper(function, _) => {
                helpers.insert(*function);
            }
            Code::Call(path, _) => has_types |= path.starts_with("Type::"),
            Code::Raw(_)
            | Code::Text(_)
            | Code::Sql(_)
            | Code::SqlLines(_)
            | Code::Array(_)
            | Code::Chain(..) => {}
        });
    }
    let prelude = if has_types {
        "prelude::{extension::postgres::Type, *}"
    } else {
        "prelude::*"
    };
    let helpers: Vec<_> = helpers.into_iter().collect();
    match (helpers.as_slice(), has_types) {
        ([], _) => format!("use sea_orm_migration::{prelude};"),
        ([helper], false) => format!("use sea_orm_migration::{{prelude::*, schema::{helper}}};"),
        ([helper], true) => lines(prelude, &format!("schema::{helper}")),
        (helpers, _) => lines(prelude, &format!("schema::{}", braced(helpers))),
    }
}

fn lines(prelude: &str, schema: &str) -> String {
    format!("use sea_orm_migration::{{\n    {prelude},\n    {schema},\n}};")
}

/// On one line, else on lines that are filled.
fn braced(helpers: &[&str]) -> String {
    let line = format!("{{{}}}", helpers.join(", "));
    if "    schema::,".len() + line.len() + 1 < MAX_WIDTH {
        return line;
    }
    let mut text = String::from("{");
    let mut column = MAX_WIDTH;
    for (number, helper) in helpers.iter().enumerate() {
        // rustfmt leaves one more column free where it fills lines, but for the last comma.
        let comma = usize::from(number + 1 < helpers.len());
        if column + 1 + helper.len() + comma >= MAX_WIDTH {
            text.push_str("\n        ");
            column = 8;
        } else {
            text.push(' ');
            column += 1;
        }
        text.push_str(helper);
        text.push(',');
        column += helper.len() + 1;
    }
    text.push_str("\n    }");
    text
}
