CREATE SCHEMA "s.t";
CREATE TABLE "s.t"."a.b" ("x.y" int);
CREATE TABLE "s.t".a ("x.y" int);
CREATE FUNCTION "s.t".f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER "c.d" AFTER DELETE ON "s.t"."a.b" FOR EACH ROW EXECUTE FUNCTION "s.t".f();
CREATE TRIGGER "b.c.d" AFTER DELETE ON "s.t".a FOR EACH ROW EXECUTE FUNCTION "s.t".f();
CREATE POLICY "p.q" ON "s.t"."a.b" USING ("x.y" > 0);
CREATE RULE "r.s" AS ON INSERT TO "s.t"."a.b" WHERE NEW."x.y" > 3 DO INSTEAD NOTHING;
COMMENT ON TRIGGER "b.c.d" ON "s.t".a IS 'of a';
