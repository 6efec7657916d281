-- Names and texts that end strings, comments and statements, or turn the reading direction.
CREATE TABLE kept (
    id integer PRIMARY KEY,
    "it's" text DEFAULT 'a''b\c"d',
    "say ""hi""" text,
    U&"line\000D\000Afeed" text,
    U&"turned\202Eback\2069" text,
    "*/ end /*" text,
    "-- end" text,
    "{} {0} {{" text,
    "r#""#" text,
    "$1 $$ ?" text,
    "%s %I \u{41} \n" text,
    U&"bell\0007\001B[31m" text,
    "select" text,
    "  " text
);
CREATE INDEX "an ""index"" of '*/'" ON kept ("it's", "say ""hi""");
CREATE TYPE U&"mood\202E" AS ENUM ('it''s', 'say "hi"', E'line\r\nfeed', '*/', '{}', '\', U&'turned\202E', ' ');
CREATE TABLE "table ""t"" {} */" (
    "id $1" integer GENERATED ALWAYS AS IDENTITY CONSTRAINT "key of ""t"" -- '" PRIMARY KEY,
    "mood {}" U&"mood\202E" NOT NULL DEFAULT E'line\r\nfeed',
    "kept's" integer CONSTRAINT "to ""kept"" ?" REFERENCES kept (id),
    CONSTRAINT "check ""it""" CHECK ("mood {}" <> 'say "hi"' AND "id $1" > 0)
);
COMMENT ON TABLE "table ""t"" {} */" IS E'it''s\r\n"""; DROP TABLE kept; -- */ \u202e {} $$ \\';
COMMENT ON COLUMN "table ""t"" {} */"."mood {}" IS '\! touch x';
CREATE VIEW "view ""v"" */ {}" AS SELECT "it's" AS "col ""umn"" {}", '$$ "quoted" {} \' AS "?" FROM kept;
CREATE FUNCTION "function ""f"" {} $$"() RETURNS text LANGUAGE sql IMMUTABLE AS $body$ SELECT 'a"#b' || '$$' || '{}' || '\' $body$;
