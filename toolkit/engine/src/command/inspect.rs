//! `inspect`: what is in the schemas of services, as text, JSON, SQL, Mermaid or DBML. Writes nothing.

use serde_json::json;
use toolkit_pictures::{
    dbml, mermaid,
    model::{Picture, Reference, Table, references},
};
use toolkit_runtime::{Context, Error, Format, Outcome, ReportFormat, Service};

use super::{diff::Source, pictures::Read};
use crate::{
    catalog::Catalog,
    diff::diff,
    identifier::quote_identifier,
    plan::plan,
    render::sql::{Names, script},
};

/// Shows what `source` says is in the schemas of `services`.
pub(crate) async fn inspect(
    context: &Context,
    services: &[Service],
    source: &Source,
) -> Result<Outcome, Error> {
    let read = Read::of(context, services, source).await?;
    let pictures = read.pictures(services);
    let references = references(&pictures);
    let printer = &context.printer;
    match printer.format() {
        Format::Json => printer.json(&json!({
            "command": "inspect",
            "ok": true,
            "scratch": read.scratch,
            "services": pictures,
            "references": references,
        })),
        Format::Sql => {
            for (catalog, service) in read.catalogs.iter().zip(services) {
                printer.sql(&made(catalog, service)?);
            }
        }
        Format::Report(ReportFormat::Mermaid) => draw(context, &pictures, &references),
        Format::Report(ReportFormat::Dbml) => printer.raw(&dbml::document(&pictures, &references)),
        Format::Text
        | Format::Rust
        | Format::Report(
            ReportFormat::Sarif
            | ReportFormat::Github
            | ReportFormat::Gitlab
            | ReportFormat::Markdown
            | ReportFormat::Html,
        ) => list(context, &pictures, &references),
    }
    Ok(Outcome::Done)
}

/// The script that makes what is in the schema, from nothing. What extensions of other schemas give is there.
fn made(catalog: &Catalog, service: &Service) -> Result<String, Error> {
    let mut nothing = Catalog {
        server_version: catalog.server_version,
        role: catalog.role.clone(),
        schemas: catalog.schemas.clone(),
        ..Catalog::default()
    };
    let schemas = nothing.schemas.values_mut();
    schemas.for_each(|schema| schema.comment = None);
    let difference = diff(&nothing, catalog, &[]).map_err(toolkit_postgres::Error::from)?;
    let plan = plan(&difference).map_err(toolkit_postgres::Error::from)?;
    let schema = quote_identifier(service.schema());
    let start =
        format!("CREATE SCHEMA IF NOT EXISTS {schema};\nSET search_path = {schema}, public;\n");
    Ok(start + &script(&plan, &Names::within(service.schema())))
}

fn draw(context: &Context, pictures: &[Picture], references: &[Reference]) {
    let diagram = mermaid::diagram(pictures, references);
    if !mermaid::fits(&diagram) {
        context.printer.warn(
            "GitHub draws no diagram of this size: ask for one service with --service, or see `toolkit docs`, which \
             draws each table with its neighbours",
        );
    }
    context.printer.raw(&diagram);
}

/// A line for each table.
fn list(context: &Context, pictures: &[Picture], references: &[Reference]) {
    let printer = &context.printer;
    let rows: Vec<Vec<String>> = (pictures.iter())
        .flat_map(|picture| {
            let tables = picture.tables.iter();
            tables.map(move |table| row(picture, table, references))
        })
        .collect();
    if rows.is_empty() {
        printer.note("there are no tables");
        return;
    }
    printer.table(
        &["TABLE", "COLUMNS", "PRIMARY KEY", "REFERS TO", "COMMENT"],
        &rows,
    );
}

fn row(picture: &Picture, table: &Table, references: &[Reference]) -> Vec<String> {
    let own = |it: &&Reference| !it.is_by_naming() && it.from.is(&picture.schema, &table.name);
    let said = |it: &Reference| {
        if it.to.schema == picture.schema {
            it.to.table.clone()
        } else {
            format!("{}.{}", it.to.schema, it.to.table)
        }
    };
    let mut targets: Vec<String> = references.iter().filter(own).map(said).collect();
    targets.dedup();
    let comment = table.comment.as_deref().unwrap_or_default();
    vec![
        format!("{}.{}", picture.schema, table.name),
        table.columns.len().to_string(),
        table.primary_key().unwrap_or_default().join(", "),
        targets.join(", "),
        mermaid::shortened(comment, 60),
    ]
}
