//! What the schema `shop` holds beside what its entities say.

use toolkit_runtime::Declarations;

pub(crate) fn declare(declared: &mut Declarations) {
    declared.sql(
        r#"type "Date""#,
        r#"CREATE TYPE "Date" AS ENUM ('self', 'a"b', E'c\\d', '2nd', 'größe')"#,
    );
    declared.sql(
        "type status",
        "CREATE TYPE status AS ENUM ('abc', 'ABC', 'Abc')",
    );
}
