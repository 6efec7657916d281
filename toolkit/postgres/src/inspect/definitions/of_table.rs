//! Triggers, rules, policies and statistics objects: what belongs to a table or a view.

use super::Part;

/// What `tgenabled` and `ev_enabled` say, where it is not the default.
pub(super) fn firing(column: &str) -> String {
    format!(
        "CASE {column} WHEN 'D' THEN ARRAY['firing', 'DISABLE'] WHEN 'R' THEN ARRAY['firing', 'ENABLE REPLICA'] \
         WHEN 'A' THEN ARRAY['firing', 'ENABLE ALWAYS'] END"
    )
}

/// What stands behind the name in what `printed` gives, which begins with `CREATE` and `keywords`.
fn behind(printed: &str, keywords: &str, name: &str) -> String {
    format!(
        "pg_catalog.substr({printed}, pg_catalog.length('CREATE ' || {keywords} || ' ' || pg_catalog.quote_ident({name})) + 2)"
    )
}

/// Triggers, without those that foreign keys and partitioned tables make.
pub(super) fn triggers() -> Part {
    let keywords =
        "CASE WHEN x.tgconstraint <> 0::oid THEN 'CONSTRAINT TRIGGER' ELSE 'TRIGGER' END";
    Part {
        kind: "'trigger'",
        keywords,
        catalog: "'pg_catalog.pg_trigger'",
        oid: "x.oid",
        schema: "c.relnamespace",
        name: "x.tgname::text".to_owned(),
        relation: "c.oid",
        text: behind("pg_catalog.pg_get_triggerdef(x.oid, true)", keywords, "x.tgname"),
        mode: "CASE WHEN x.tgconstraint <> 0::oid THEN 'recreate' ELSE 'replace' END",
        settings: format!("pg_catalog.array_cat(coalesce({}, ARRAY[]::text[]), {})", firing("x.tgenabled"), on_partitions()),
        from: "pg_catalog.pg_trigger x JOIN pg_catalog.pg_class c ON c.oid = x.tgrelid \
               WHERE NOT x.tgisinternal AND x.tgparentid = 0::oid AND c.relnamespace = ANY($schemas)"
            .to_owned(),
        ..Part::default()
    }
}

/// The triggers of partitions that fire at other times than that of the partitioned table from which they are.
fn on_partitions() -> String {
    "ARRAY(WITH RECURSIVE k AS ( \
       SELECT t.oid, t.tgrelid, t.tgenabled FROM pg_catalog.pg_trigger t \
         WHERE c.relkind = 'p' AND t.tgrelid <> x.tgrelid AND t.tgparentid = x.oid \
       UNION ALL SELECT t.oid, t.tgrelid, t.tgenabled FROM pg_catalog.pg_trigger t JOIN k ON t.tgparentid = k.oid) \
     SELECT pg_catalog.unnest(ARRAY['firing.' || k.tgrelid::text, CASE k.tgenabled WHEN 'D' THEN 'DISABLE' \
       WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END]) \
     FROM k WHERE k.tgenabled <> x.tgenabled)"
        .to_owned()
}

/// Rewrite rules, without those that make a view one.
pub(super) fn rules() -> Part {
    let text = behind(
        "pg_catalog.pg_get_ruledef(x.oid, true)",
        "'RULE'",
        "x.rulename",
    );
    Part {
        kind: "'rule'",
        keywords: "'RULE'",
        catalog: "'pg_catalog.pg_rewrite'",
        oid: "x.oid",
        schema: "c.relnamespace",
        name: "x.rulename::text".to_owned(),
        relation: "c.oid",
        text: format!("pg_catalog.rtrim({text}, ';')"),
        mode: "'replace'",
        settings: firing("x.ev_enabled"),
        from: "pg_catalog.pg_rewrite x JOIN pg_catalog.pg_class c ON c.oid = x.ev_class \
               WHERE x.rulename <> '_RETURN' AND c.relnamespace = ANY($schemas)"
            .to_owned(),
        ..Part::default()
    }
}

/// Row-level security policies. `ALTER` changes roles and expressions, but takes none away:
/// <https://www.postgresql.org/docs/current/sql-alterpolicy.html>.
pub(super) fn policies() -> Part {
    let roles = "' TO ' || pg_catalog.array_to_string(ARRAY(SELECT CASE r.oid WHEN 0::oid THEN 'PUBLIC' ELSE \
                 pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(r.oid)) END FROM pg_catalog.unnest(x.polroles) r(oid) ORDER BY 1), ', ')";
    let expressions = "coalesce(' USING (' || pg_catalog.pg_get_expr(x.polqual, x.polrelid) || ')', '') || \
                       coalesce(' WITH CHECK (' || pg_catalog.pg_get_expr(x.polwithcheck, x.polrelid) || ')', '')";
    Part {
        kind: "'policy'",
        keywords: "'POLICY'",
        catalog: "'pg_catalog.pg_policy'",
        oid: "x.oid",
        schema: "c.relnamespace",
        name: "x.polname::text".to_owned(),
        relation: "c.oid",
        text: format!(
            "'ON ' || c.oid::regclass::text || CASE WHEN x.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END || \
             CASE x.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE' \
             WHEN 'd' THEN ' FOR DELETE' ELSE '' END || {roles} || {expressions}"
        ),
        mode: "'alter'",
        same: "ARRAY[x.polcmd::text, x.polpermissive::text, (x.polqual IS NULL)::text, (x.polwithcheck IS NULL)::text]"
            .to_owned(),
        alter: format!("'ON ' || c.oid::regclass::text || {roles} || {expressions}"),
        from: "pg_catalog.pg_policy x JOIN pg_catalog.pg_class c ON c.oid = x.polrelid WHERE c.relnamespace = ANY($schemas)".to_owned(),
        ..Part::default()
    }
}

/// Extended statistics.
pub(super) fn statistics() -> Part {
    Part {
        kind: "'statistics'",
        keywords: "'STATISTICS'",
        catalog: "'pg_catalog.pg_statistic_ext'",
        oid: "x.oid",
        schema: "x.stxnamespace",
        name: "x.stxname::text".to_owned(),
        owner: "x.stxowner",
        relation: "x.stxrelid",
        text: "pg_catalog.substr(pg_catalog.pg_get_statisticsobjdef(x.oid), pg_catalog.length('CREATE STATISTICS ' || pg_catalog.quote_ident(n.nspname) || '.' || \
               pg_catalog.quote_ident(x.stxname)) + 2)"
            .to_owned(),
        settings: "CASE WHEN x.stxstattarget >= 0 THEN ARRAY['statistics', x.stxstattarget::text] END".to_owned(),
        from: "pg_catalog.pg_statistic_ext x JOIN pg_catalog.pg_namespace n ON n.oid = x.stxnamespace WHERE x.stxnamespace = ANY($schemas)"
            .to_owned(),
        ..Part::default()
    }
}
