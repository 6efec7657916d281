//! The forms of steps beside which others can read and write.

use super::{Names, constraint, index, twins};
use crate::{identifier::quote_identifier, plan::OnlineAction};

pub(super) fn statement(action: &OnlineAction, names: &Names) -> String {
    match action {
        OnlineAction::CreateIndex { table, index: new } => {
            index::create(table, new, names).replacen("INDEX ", "INDEX CONCURRENTLY ", 1)
        }
        OnlineAction::DropIndex { table: _, index } => {
            format!("DROP INDEX CONCURRENTLY {}", names.object(index))
        }
        OnlineAction::AddKey { table, constraint } => {
            let name = quote_identifier(&constraint.name);
            format!(
                "ALTER TABLE {} ADD CONSTRAINT {name} {} USING INDEX {name}{}",
                names.object(table),
                constraint::key_kind(&constraint.kind),
                constraint::deferral(constraint.deferral)
            )
        }
        OnlineAction::Twins { twins: pair, step } => twins::statement(pair, *step, names),
    }
}
