//! Objects that somebody put in a schema of the path, to be called in the place of PostgreSQL's own.

use toolkit_testkit::Cluster;

/// The types of what the toolkit compares and joins.
const TYPES: &str = "'oid', 'regclass', 'regproc', 'regnamespace', 'regtype', 'regrole', 'regcollation', 'name', \
    '\"char\"', 'text', 'varchar', 'int2', 'int4', 'int8', 'bool', 'float8', 'numeric', 'text[]', 'name[]', 'oid[]', \
    'int2[]', 'int8[]', 'int2vector', 'oidvector', 'aclitem[]', 'timestamptz', 'interval', 'xid', 'inet'";

/// Those that no migration and no entity of the services uses.
const SYSTEM_TYPES: &str = "'oid', 'regclass', 'regproc', 'regnamespace', 'regtype', 'regrole', 'regcollation', 'name', \
    '\"char\"', 'name[]', 'oid[]', 'int2[]', 'int2vector', 'oidvector', 'aclitem[]', 'xid'";

const OPERATORS: &str =
    "'=', '<>', '<', '>', '<=', '>=', '~', '!~', '~~', '!~~', '||', '+', '-', '*', '<<', '|', '&'";

const BODY: &str = "BEGIN RAISE LOG ''hijacked''; RAISE EXCEPTION ''hijacked''; END";

/// How much is planted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Operators between all types, and types with the names of PostgreSQL's.
    Everything,
    /// What the statements of migrations do not meet.
    Beside,
}

/// Plants in `public` of `database` operators whose operands have exactly two types, for every two.
pub(super) fn operators(cluster: &Cluster, database: &str, extent: Extent) {
    let meant = match extent {
        Extent::Everything => TYPES,
        Extent::Beside => SYSTEM_TYPES,
    };
    cluster.psql(
        database,
        &format!(
            "DO $plant$ DECLARE l text; r text; o text; result text; BEGIN \
             FOREACH l IN ARRAY ARRAY[{TYPES}] LOOP FOREACH r IN ARRAY ARRAY[{TYPES}] LOOP \
             CONTINUE WHEN NOT (l = ANY (ARRAY[{meant}]) OR r = ANY (ARRAY[{meant}])); \
             EXECUTE format('CREATE FUNCTION public.hijacked_test(pg_catalog.%s, pg_catalog.%s) RETURNS bool \
               LANGUAGE plpgsql AS $f${BODY}$f$', l, r); \
             EXECUTE format('CREATE FUNCTION public.hijacked_value(pg_catalog.%s, pg_catalog.%s) RETURNS pg_catalog.%s \
               LANGUAGE plpgsql AS $f${BODY}$f$', l, r, l); \
             FOREACH o IN ARRAY ARRAY[{OPERATORS}] LOOP \
               result := CASE WHEN o IN ('||', '+', '-', '*', '<<', '|', '&') THEN 'value' ELSE 'test' END; \
               EXECUTE format('CREATE OPERATOR public.%s (FUNCTION = public.hijacked_%s, LEFTARG = pg_catalog.%s, \
                 RIGHTARG = pg_catalog.%s)', o, result, l, r); \
             END LOOP; END LOOP; END LOOP; END $plant$"
        ),
    );
    if extent == Extent::Everything {
        for name in [
            "text",
            "name",
            "oid",
            "int2",
            "int4",
            "int8",
            "bool",
            "timestamptz",
            "regclass",
        ] {
            let sql = format!("CREATE DOMAIN public.{name} AS pg_catalog.{name}");
            cluster.psql(database, &sql);
        }
    }
}

/// The statement that plants in `schema` functions called as `names` of PostgreSQL's own are: with the same
/// arguments, and with exact ones where those take any type.
pub(super) fn functions(schema: &str, names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    format!(
        "DO $plant$ DECLARE p record; exact text; result text; counted int; BEGIN \
         SET LOCAL search_path = pg_catalog; \
         FOR p IN SELECT * FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname IN ({}) LOOP \
         FOREACH exact IN ARRAY ARRAY['text', 'text[]', 'name', 'name[]', 'oid', 'oid[]', 'int2', 'int2[]', 'int4', \
           'aclitem[]', '\"char\"', 'regcollation'] LOOP FOR counted IN 1..6 LOOP \
         CONTINUE WHEN p.provariadic = 0 AND counted > 1; \
         result := CASE WHEN p.prorettype::regtype::text ~ '^any' THEN exact ELSE p.prorettype::regtype::text END; \
         BEGIN EXECUTE format('CREATE FUNCTION {schema}.%I(%s) RETURNS %s%s LANGUAGE plpgsql AS $f${BODY}$f$', p.proname, \
           (SELECT string_agg(CASE WHEN t = p.proargtypes[p.pronargs - 1] AND n = p.pronargs AND p.provariadic <> 0 \
               THEN array_to_string(array_fill(exact, ARRAY[counted]), ', ') \
             WHEN t::regtype::text ~ '^\"?any' THEN exact ELSE t::regtype::text END, ', ' ORDER BY n) \
            FROM unnest(p.proargtypes) WITH ORDINALITY u(t, n)), \
           CASE WHEN p.proretset THEN 'SETOF ' ELSE '' END, result); \
         EXCEPTION WHEN OTHERS THEN NULL; END; \
         END LOOP; END LOOP; END LOOP; END $plant$",
        names.join(", ")
    )
}
