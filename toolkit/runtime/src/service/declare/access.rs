//! Declared row-level security and privileges. No I/O here.

use toolkit_text::identifier::quote_always;

use super::{Declarations, Declared};

impl Declarations {
    /// Switches row-level security of `table` on: who is not its owner sees and changes only the rows
    /// that a policy allows.
    pub fn row_level_security(&mut self, table: &str) -> &mut Self {
        self.row_security(table, "ENABLE")
    }

    /// Makes row-level security of `table` hold for its owner, too.
    pub fn force_row_level_security(&mut self, table: &str) -> &mut Self {
        self.row_security(table, "FORCE")
    }

    /// A policy of `table`: `policy("plans", "own_plans", "FOR SELECT USING (…)")`.
    pub fn policy(&mut self, table: &str, name: &str, definition: &str) -> &mut Self {
        let sql = format!(
            "CREATE POLICY {} ON {} {definition}",
            quote_always(name),
            quote_always(table)
        );
        let declared = Declared::of("policy", name, &sql).on(table);
        self.push(declared.written([definition]))
    }

    /// Privileges of a role, which has to exist: `grant("SELECT", "plans", "reporting")`,
    /// `grant("EXECUTE", "FUNCTION touch()", "PUBLIC")`.
    pub fn grant(&mut self, privileges: &str, on: &str, role: &str) -> &mut Self {
        let sql = format!("GRANT {privileges} ON {on} TO {}", role_name(role));
        let declared = Declared::called(&format!("grant on {on} to {role}"), &sql);
        self.role(role);
        self.push(declared.written([privileges, on]))
    }

    /// Takes back what PostgreSQL grants by itself: `revoke("EXECUTE", "FUNCTION touch()", "PUBLIC")`.
    pub fn revoke(&mut self, privileges: &str, on: &str, role: &str) -> &mut Self {
        let sql = format!("REVOKE {privileges} ON {on} FROM {}", role_name(role));
        let declared = Declared::called(&format!("revocation on {on} from {role}"), &sql);
        self.role(role);
        self.push(declared.written([privileges, on]))
    }

    /// A role that what is declared names, as a policy does in `TO reporting`. It has to exist, and has the
    /// declared privileges and no others.
    pub fn role(&mut self, role: &str) -> &mut Self {
        if !role.eq_ignore_ascii_case("public") {
            self.roles.insert(role.to_owned());
        }
        self
    }

    fn row_security(&mut self, table: &str, how: &str) -> &mut Self {
        let sql = format!(
            "ALTER TABLE {} {how} ROW LEVEL SECURITY",
            quote_always(table)
        );
        self.push(Declared::called(
            &format!("row-level security of {table}"),
            &sql,
        ))
    }
}

/// `PUBLIC` is no name of a role, but all of them.
fn role_name(role: &str) -> String {
    if role.eq_ignore_ascii_case("public") {
        "PUBLIC".to_owned()
    } else {
        quote_always(role)
    }
}
