-- What looks like deparsed SQL in a body is the user's own text.
CREATE FUNCTION f(a text DEFAULT 'it''s') RETURNS boolean LANGUAGE sql AS $$
    -- don't touch this
    SELECT $1 = ANY ((ARRAY['a', 'b'])::text[]) OR EXISTS (SELECT 'x'::text UNION SELECT 'y'::text)
$$;
CREATE FUNCTION g() RETURNS text LANGUAGE plpgsql AS $body$
BEGIN
    RETURN (SELECT 'don''t'::text FROM (VALUES (1)) v WHERE '$function$' = ANY ((ARRAY['a'])::varchar[]));
END
$body$;
