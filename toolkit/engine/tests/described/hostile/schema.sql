CREATE TYPE "Date" AS ENUM ('self', 'a"b', 'c\d', '2nd', 'größe');
CREATE TYPE status AS ENUM ('abc', 'ABC', 'Abc');
CREATE TYPE model AS ENUM ('type', '', ' ');
CREATE TABLE "type" (
    "self" integer PRIMARY KEY,
    "type" text NOT NULL UNIQUE,
    "Type" text,
    "fn" text NOT NULL,
    "gen" integer NOT NULL DEFAULT 0,
    "field_1" text,
    "field1" text,
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    "größe" text DEFAULT 'ü''"\',
    "quote""d" text,
    "2nd" integer,
    " " text,
    "day" "Date" NOT NULL DEFAULT 'a"b',
    "status" status,
    "kind" model,
    "entity" text,
    "column" text,
    UNIQUE ("type", "fn")
);
COMMENT ON TABLE "type" IS 'A "comment" with ``` fences, \backslashes
    and lines.';
COMMENT ON COLUMN "type"."type" IS 'ein "Wort" \n ü';
CREATE INDEX "in""dex" ON "type" ("quote""d");
CREATE TABLE "Type" (
    id serial PRIMARY KEY,
    "type" integer NOT NULL REFERENCES "type" ("self") ON DELETE SET DEFAULT DEFAULT 0,
    "match_id" text NOT NULL REFERENCES "type" ("type")
);
CREATE TABLE "mod" ("crate" uuid PRIMARY KEY, "super" uuid REFERENCES "mod", "mod" uuid REFERENCES "mod");
CREATE TABLE "größe" (id bigserial PRIMARY KEY, "größe" bigint REFERENCES "größe");
CREATE TABLE "Größe-2" (id bigint PRIMARY KEY REFERENCES "größe");
CREATE TABLE "entity" (id integer PRIMARY KEY, "model" integer, "relation" text, v integer, "Column" boolean);
CREATE TABLE self (id integer PRIMARY KEY, value text);
