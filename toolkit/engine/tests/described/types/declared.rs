//! What the schema `shop` holds beside what its entities say.

use toolkit_runtime::Declarations;

pub(crate) fn declare(declared: &mut Declarations) {
    declared.sql(
        "type price_range",
        "CREATE TYPE price_range AS RANGE (subtype = numeric, multirange_type_name =
            price_multirange)",
    );
    declared.domain(
        "email",
        "character varying(320) CONSTRAINT email_check CHECK (((VALUE)::text ~ '@'::text))",
    );
    declared.domain("Short Name", "email DEFAULT 'a@b'::character varying");
    declared.domain(
        "good_mood",
        "mood CONSTRAINT good_mood_check CHECK ((VALUE <> 'sad'::mood))",
    );
    declared.sql(
        "type address",
        "CREATE TYPE address AS (street text, city text)",
    );
    declared.sql(
        "table by_array",
        "CREATE TABLE by_array (
            ids integer[] NOT NULL,
            CONSTRAINT by_array_pkey PRIMARY KEY (ids)
        )",
    );
}
