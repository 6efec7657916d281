CREATE AGGREGATE longest(text) (SFUNC = longer, STYPE = text, INITCOND = '-');
CREATE AGGREGATE longest_of(VARIADIC text[]) (SFUNC = array_cat, STYPE = text[]);
CREATE VIEW long AS SELECT longest(note) AS note FROM notes;
