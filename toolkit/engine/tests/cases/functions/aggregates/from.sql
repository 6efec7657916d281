CREATE AGGREGATE longest(text) (SFUNC = longer, STYPE = text, INITCOND = '');
CREATE VIEW long AS SELECT longest(note) AS note FROM notes;
