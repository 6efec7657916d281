//! Steps → calls of the schema manager.

use super::{
    builder,
    code::{Code, Link},
    constraint,
    names::Names,
    table,
};
use crate::{plan::Action, sql};

/// A call of the schema manager, with what stands above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    /// Each a comment of its own.
    pub(super) comments: Vec<String>,
    /// A method of the schema manager, or of its connection, with its argument.
    pub(super) method: Method,
    /// Its argument.
    pub(super) argument: Code,
    /// The name of a function that does this and what belongs to it.
    pub(super) topic: String,
}

/// Who runs a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// A method of the schema manager.
    Manager(&'static str),
    /// The connection itself.
    Connection,
}

impl Statement {
    /// A statement that stands before the plan.
    pub(super) fn sql(sql: &str) -> Self {
        Self {
            comments: Vec::new(),
            method: Method::Connection,
            argument: Code::Sql(sql.to_owned()),
            topic: "create_extensions".to_owned(),
        }
    }

    /// The call; `last` in a function gives back its result.
    pub(super) fn call(&self, last: bool) -> Code {
        let end = if last { Link::Await } else { Link::AwaitTry };
        let manager = Code::raw("manager");
        let call = match self.method {
            Method::Manager(method) => manager.with(method, self.argument.clone()),
            Method::Connection => manager
                .call("get_connection")
                .with("execute_unprepared", self.argument.clone()),
        };
        call.link(end)
    }
}

/// The statements of one step.
pub(super) fn statements(
    action: &Action,
    comments: Vec<String>,
    topic: &str,
    names: &Names<'_>,
) -> Vec<Statement> {
    let topic = topic.to_owned();
    if let Action::CreateTable(new) = action
        && let Some((code, beside)) = table::create(new, names)
    {
        let method = Method::Manager("create_table");
        let mut statements = vec![Statement {
            comments,
            method,
            argument: code,
            topic: topic.clone(),
        }];
        statements.extend(beside.into_iter().map(|it| {
            let built = constraint::added_foreign_key(&new.table.name, it, names);
            let built = built.map(|code| (Method::Manager("create_foreign_key"), code));
            let (method, argument) =
                built.unwrap_or_else(|| in_sql(&constraint::in_sql(&new.table.name, it), names));
            Statement {
                comments: Vec::new(),
                method,
                argument,
                topic: topic.clone(),
            }
        }));
        return statements;
    }
    let (method, argument) = builder::call(action, names).unwrap_or_else(|| in_sql(action, names));
    vec![Statement {
        comments,
        method,
        argument,
        topic,
    }]
}

fn in_sql(action: &Action, names: &Names<'_>) -> (Method, Code) {
    let sql = sql::statement(action, &names.sql);
    // A migration has a transaction, and its connection serves others afterwards.
    let sql = match action {
        Action::SkipBodyChecks => sql.replacen("SET", "SET LOCAL", 1),
        _ => sql,
    };
    let code = if let Action::CreateTable(_) = action {
        Code::SqlLines(sql)
    } else {
        Code::Sql(sql)
    };
    (Method::Connection, code)
}
