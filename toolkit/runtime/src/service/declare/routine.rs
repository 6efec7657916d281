//! Declared functions, procedures, aggregates, and triggers that call functions. No I/O here.

use toolkit_text::identifier::quote_always;

use super::{Declarations, Declared, Stage};

impl Declarations {
    /// A function: `function("slug(title text)", "RETURNS text LANGUAGE sql IMMUTABLE AS $$ … $$")`.
    /// Functions may share a name if their arguments differ.
    pub fn function(&mut self, signature: &str, definition: &str) -> &mut Self {
        self.routine("FUNCTION", signature, definition)
    }

    /// A procedure: `procedure("forget(before timestamptz)", "LANGUAGE sql AS $$ … $$")`.
    pub fn procedure(&mut self, signature: &str, definition: &str) -> &mut Self {
        self.routine("PROCEDURE", signature, definition)
    }

    /// An aggregate: `aggregate("product(numeric)", "(SFUNC = numeric_mul, STYPE = numeric)")`.
    pub fn aggregate(&mut self, signature: &str, definition: &str) -> &mut Self {
        self.routine("AGGREGATE", signature, definition)
    }

    /// A trigger of a table or a view, which calls a function:
    /// `trigger("plans", "plans_touch", "BEFORE UPDATE", "FOR EACH ROW EXECUTE FUNCTION touch()")`.
    pub fn trigger(&mut self, table: &str, name: &str, event: &str, action: &str) -> &mut Self {
        self.trigger_of("TRIGGER", [table, name], [event, action])
    }

    /// A constraint trigger, which can wait for the end of the transaction:
    /// `constraint_trigger("plans", "plans_have_tasks", "AFTER INSERT", "DEFERRABLE INITIALLY DEFERRED
    /// FOR EACH ROW EXECUTE FUNCTION require_tasks()")`.
    pub fn constraint_trigger(
        &mut self,
        table: &str,
        name: &str,
        event: &str,
        action: &str,
    ) -> &mut Self {
        self.trigger_of("CONSTRAINT TRIGGER", [table, name], [event, action])
    }

    fn routine(&mut self, kind: &str, signature: &str, definition: &str) -> &mut Self {
        let (name, arguments) = signature.split_at(signature.find('(').unwrap_or(signature.len()));
        let name = name.trim();
        let sql = format!(
            "CREATE {kind} {}{arguments} {definition}",
            quote_always(name)
        );
        let declared = Declared {
            what: format!("{} {signature}", kind.to_lowercase()),
            ..Declared::of(kind, name, &sql)
        };
        let written = declared.written([definition, arguments]);
        self.push(written.at(Stage::BeforeTables))
    }

    fn trigger_of(
        &mut self,
        kind: &str,
        [table, name]: [&str; 2],
        [event, action]: [&str; 2],
    ) -> &mut Self {
        let sql = format!(
            "CREATE {kind} {} {event} ON {} {action}",
            quote_always(name),
            quote_always(table)
        );
        let declared = Declared::of(&kind.to_lowercase(), name, &sql).on(table);
        self.push(declared.written([event, action]))
    }
}
