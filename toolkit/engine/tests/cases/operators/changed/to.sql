CREATE FUNCTION h(text, text) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR ~<< (FUNCTION = g, LEFTARG = text, RIGHTARG = text, RESTRICT = eqsel);
CREATE OPERATOR ~>> (FUNCTION = f, LEFTARG = text, RIGHTARG = text, RESTRICT = neqsel);
CREATE OPERATOR ~>< (FUNCTION = f, LEFTARG = text, RIGHTARG = text);
CREATE TABLE t (a text CHECK (a ~<< 'x'), b text CHECK (b ~>> 'y'), c text CHECK (c ~>< 'z'));
