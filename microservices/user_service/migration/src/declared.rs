//! What the schema `user_service` holds beside what its entities say.

use toolkit_runtime::Declarations;

pub(crate) fn declare(declared: &mut Declarations) {
    declared
        .check(
            "organizations",
            "organizations_credit_not_negative",
            "credit_balance >= 0",
        )
        // Two addresses that differ in case reach the same person.
        .index_sql("CREATE UNIQUE INDEX users_email_ignoring_case ON users (lower(email))")
        .domain(
            "email_address",
            "varchar(320) CHECK (VALUE ~ '^[^@[:space:]]+@[^@[:space:]]+$')",
        )
        // The service says for which organization it works:
        // SELECT set_config('app.organization_id', …, true).
        .function(
            "current_organization()",
            "RETURNS uuid LANGUAGE sql STABLE AS $$
                 SELECT nullif(current_setting('app.organization_id', true), '')::uuid
             $$",
        );
    for table in ["users", "memberships"] {
        declared.row_level_security(table).policy(
            table,
            "own_organization",
            "USING (organization_id = current_organization())",
        );
    }
}
