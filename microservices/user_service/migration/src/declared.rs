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
        .index_sql("CREATE UNIQUE INDEX users_email_ignoring_case ON users (lower(email))");
}
