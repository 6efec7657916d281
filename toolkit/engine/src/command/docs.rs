//! `docs`: pages that show what is in the schemas of services, for GitHub and for a browser.

use std::path::{Path, PathBuf};

use serde_json::json;
use toolkit_pictures::{
    markdown::{self, MARK},
    model::references,
    page,
};
use toolkit_runtime::{Context, Error, Format, Outcome, Service};

use super::{
    diff::Source,
    lock::shown,
    pictures::{Read, with_past},
};
use crate::project::Generated;

/// The words of `docs`.
pub(crate) struct Request {
    pub(crate) services: Vec<Service>,
    pub(crate) out: Option<PathBuf>,
    pub(crate) check: bool,
    pub(crate) from: Source,
}

/// Writes the pages, or says which are not what they would be.
pub(crate) async fn docs(context: &Context, request: &Request) -> Result<Outcome, Error> {
    let Request {
        services,
        out,
        check,
        from,
    } = request;
    let folder = match out {
        Some(folder) => std::path::absolute(folder).unwrap_or_else(|_| folder.clone()),
        None => context.configuration.root().join("docs/schema"),
    };
    let pictures = match from {
        Source::History => with_past(context, services).await?,
        Source::Entities | Source::Database | Source::Url(_) | Source::File(_) => {
            let read = Read::of(context, services, from).await?;
            read.pictures(services)
        }
    };
    let references = references(&pictures);
    let mut files = markdown::files(&pictures, &references);
    files.insert(
        "index.html".to_owned(),
        page::schema(&pictures, &references),
    );
    let mut generated = Generated::plan(&folder, &files, MARK)?;
    if !check {
        generated.make()?;
    }
    show(context, &generated, &folder, *check);
    Ok(if *check && !generated.is_current() {
        Outcome::No
    } else {
        Outcome::Done
    })
}

fn show(context: &Context, generated: &Generated, folder: &Path, check: bool) {
    let printer = &context.printer;
    let Generated {
        stale,
        missing,
        left,
        ..
    } = generated;
    if printer.format() == Format::Json {
        printer.json(&json!({
            "command": "docs",
            "ok": !check || generated.is_current(),
            "folder": folder,
            "changed": stale,
            "added": missing,
            "removed": left,
        }));
        return;
    }
    let place = shown(context, folder);
    if generated.is_current() {
        printer.note(&format!("{place}: every page is what it would be"));
        return;
    }
    if !check {
        let (written, removed) = (stale.len() + missing.len(), left.len());
        printer.note(&format!(
            "{place}: pages written {written}, removed {removed}"
        ));
        return;
    }
    for (files, what) in [
        (stale, "stale"),
        (missing, "missing"),
        (left, "no longer written"),
    ] {
        for file in files {
            printer.data(&format!("{}: {what}", shown(context, file)));
        }
    }
    printer.note("`toolkit docs` writes them");
}
