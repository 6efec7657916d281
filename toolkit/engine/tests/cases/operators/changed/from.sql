CREATE FUNCTION h(text, text) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR ~<< (FUNCTION = f, LEFTARG = text, RIGHTARG = text, RESTRICT = eqsel);
CREATE OPERATOR ~>> (FUNCTION = f, LEFTARG = text, RIGHTARG = text, JOIN = eqjoinsel);
CREATE OPERATOR ~<> (FUNCTION = h, LEFTARG = text, RIGHTARG = text);
CREATE OPERATOR ~>< (FUNCTION = f, LEFTARG = text, RIGHTARG = text, COMMUTATOR = ~<>);
CREATE TABLE t (a text CHECK (a ~<< 'x'), b text CHECK (b ~>> 'y'), c text CHECK (c ~>< 'z'));
