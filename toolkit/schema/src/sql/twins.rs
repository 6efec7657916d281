//! Two columns that a trigger keeps equal: its function, and how the rows that are there are filled.

use super::Names;
use crate::{
    catalog::DataType,
    identifier::{quote_identifier, quote_literal},
    plan::{Conversion, Twins, TwinsStep},
};

pub(super) fn statement(twins: &Twins, step: TwinsStep, names: &Names) -> String {
    let table = names.object(&twins.table);
    let function = names.object(&twins.function);
    let trigger = quote_identifier(&twins.trigger);
    match step {
        TwinsStep::CreateFunction => create_function(twins, &function),
        TwinsStep::CreateTrigger => format!(
            "CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE ON {table} \
             FOR EACH ROW EXECUTE FUNCTION {function}()"
        ),
        TwinsStep::Backfill => backfill(columns(twins), &table),
        TwinsStep::FillBack => {
            let [from, to] = columns(twins);
            backfill([to, from], &table)
        }
        TwinsStep::DropTrigger => format!("DROP TRIGGER {trigger} ON {table}"),
        TwinsStep::DropFunction => format!("DROP FUNCTION {function}()"),
    }
}

fn columns(twins: &Twins) -> [String; 2] {
    let names = &twins.columns;
    [&names.from, &names.to].map(|name| quote_identifier(name).into_owned())
}

/// Names no type of others: an assignment of PL/pgSQL goes by a cast, or by the printed value where there is none.
/// Values are compared as they are printed, for not every type has an operator for that.
/// <https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-ASSIGNMENT>
fn create_function(twins: &Twins, function: &str) -> String {
    let [from, to] = columns(twins);
    let types = &twins.data_type;
    let there = assigned(&format!("NEW.{from}"), &types.to, twins.there);
    let back = assigned(&format!("NEW.{to}"), &types.from, twins.back);
    format!(
        "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql \
         SET search_path = pg_catalog, pg_temp AS $sync$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.{to} IS NULL THEN
            NEW.{to} := {there};
        ELSE
            NEW.{from} := {back};
        END IF;
    ELSIF NEW.{from}::text IS DISTINCT FROM OLD.{from}::text THEN
        NEW.{to} := {there};
    ELSIF NEW.{to}::text IS DISTINCT FROM OLD.{to}::text THEN
        NEW.{from} := {back};
    ELSIF NEW.{to} IS NULL THEN
        NEW.{to} := {there};
    ELSIF NEW.{from} IS NULL THEN
        NEW.{from} := {back};
    END IF;
    RETURN NEW;
END
$sync$"
    )
}

/// A value that is assigned to a column of the type `to`.
fn assigned(value: &str, to: &DataType, conversion: Conversion) -> String {
    let printed = || format!("{value}::text");
    match conversion {
        Conversion::Assignment => value.to_owned(),
        Conversion::ViaText => printed(),
        Conversion::Cast | Conversion::ViaInteger if !to.is_built_in() => printed(),
        Conversion::Cast => format!("{value}::{}", Names::qualified().data_type(to)),
        Conversion::ViaInteger => {
            format!("{value}::integer::{}", Names::qualified().data_type(to))
        }
    }
}

/// Fills the second column where the first one has a value. By pages of the table, which every table has, up to
/// the last one at the start: rows that come later have both columns. What is filled is only read, so it can be done again. The second pass finds the rows of a
/// table that was written anew meanwhile.
/// <https://www.postgresql.org/docs/current/ddl-system-columns.html>,
/// <https://www.postgresql.org/docs/current/plpgsql-transactions.html>
fn backfill([from, to]: [String; 2], table: &str) -> String {
    let regclass = quote_literal(table);
    format!(
        "DO $backfill$
DECLARE
    pages bigint;
    page bigint;
    batch bigint := 16;
    filled bigint;
    began timestamp with time zone;
    seconds double precision;
    told timestamp with time zone := pg_catalog.clock_timestamp();
BEGIN
    FOR pass IN 1..2 LOOP
        page := 0;
        pages := (
            WITH RECURSIVE parts AS (
                SELECT {regclass}::pg_catalog.regclass::pg_catalog.oid AS part
                UNION ALL
                SELECT i.inhrelid FROM pg_catalog.pg_inherits AS i
                    JOIN parts AS p ON i.inhparent OPERATOR(pg_catalog.=) p.part
            )
            SELECT pg_catalog.max(pg_catalog.pg_relation_size(part))
                OPERATOR(pg_catalog./) pg_catalog.current_setting('block_size')::bigint
            FROM parts
        );
        WHILE page < pages LOOP
            began := pg_catalog.clock_timestamp();
            -- Nobody waits long for the rows of a batch that waits for another.
            PERFORM pg_catalog.set_config('lock_timeout', '50ms', true);
            BEGIN
                -- The trigger fills the row.
                UPDATE {table} SET {from} = {from}
                    WHERE ctid OPERATOR(pg_catalog.>=) pg_catalog.format('(%s,0)', page)::pg_catalog.tid
                    AND ctid OPERATOR(pg_catalog.<) pg_catalog.format('(%s,0)', page + batch)::pg_catalog.tid
                    AND {to} IS NULL AND {from} IS NOT NULL;
                GET DIAGNOSTICS filled = ROW_COUNT;
                page := page + batch;
                seconds := EXTRACT(epoch FROM pg_catalog.clock_timestamp() - began);
                -- Pages that are filled already tell nothing of how long others take.
                batch := CASE WHEN filled OPERATOR(pg_catalog.=) 0 THEN 16
                    ELSE GREATEST(1, LEAST(batch * 2, batch * 0.08 / GREATEST(seconds, 0.001))) END;
            EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
                batch := GREATEST(1, batch / 4);
                filled := 1;
            END;
            COMMIT;
            IF pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) told
                OPERATOR(pg_catalog.>) '1 s'::interval THEN
                RAISE NOTICE 'pass % of 2: % of % pages of %', pass, LEAST(page, pages), pages, {regclass};
                told := pg_catalog.clock_timestamp();
            END IF;
            IF filled OPERATOR(pg_catalog.>) 0 THEN
                PERFORM pg_catalog.pg_sleep(0.01);
            END IF;
        END LOOP;
    END LOOP;
END
$backfill$"
    )
}
