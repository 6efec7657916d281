//! Pages that open in a browser: each is one file that asks no network for anything.

mod history;
mod plan;

use serde::Serialize;

pub use history::{Environment, History, Lane, Run, RunResult, history};
pub use plan::{
    Note, Plan, PlannedMigration, PlannedService, PlannedStatement, Stops, TouchedTable, plan,
};

use crate::{
    markdown::MARK,
    model::{Picture, Reference},
};

const COMMON_CSS: &str = include_str!("page.css");
const COMMON_JS: &str = include_str!("common.js");
const SCHEMA_CSS: &str = include_str!("schema.css");
const SCHEMA_HTML: &str = include_str!("schema.html");
const SCHEMA_JS: &str = include_str!("schema.js");
const LAYOUT_JS: &str = include_str!("layout.js");
const DRAW_JS: &str = include_str!("draw.js");

/// What others wrote, with its licence: see `vendor/README.md`.
const LIBRARIES: [(&str, &str); 6] = [
    (
        include_str!("vendor/cytoscape.min.js"),
        include_str!("vendor/cytoscape.LICENSE"),
    ),
    (
        include_str!("vendor/dagre.min.js"),
        include_str!("vendor/dagre.LICENSE"),
    ),
    (
        include_str!("vendor/d3-dispatch.min.js"),
        include_str!("vendor/d3.LICENSE"),
    ),
    (
        include_str!("vendor/d3-quadtree.min.js"),
        include_str!("vendor/d3.LICENSE"),
    ),
    (
        include_str!("vendor/d3-timer.min.js"),
        include_str!("vendor/d3.LICENSE"),
    ),
    (
        include_str!("vendor/d3-force.min.js"),
        include_str!("vendor/d3.LICENSE"),
    ),
];

/// A page takes from nowhere: <https://www.w3.org/TR/CSP3/>.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:";

/// The page that shows `pictures`, with search and a diagram to move about in.
pub fn schema(pictures: &[Picture], references: &[Reference]) -> String {
    #[derive(Serialize)]
    struct Data<'d> {
        services: &'d [Picture],
        references: &'d [Reference],
    }
    let data = Data {
        services: pictures,
        references,
    };
    Page {
        title: "Schemas",
        css: SCHEMA_CSS,
        body: SCHEMA_HTML,
        has_diagram: true,
        scripts: &[LAYOUT_JS, DRAW_JS, SCHEMA_JS],
    }
    .with(&data)
}

/// What a page is put together from.
struct Page<'p> {
    title: &'p str,
    css: &'p str,
    body: &'p str,
    /// Whether it draws with the libraries.
    has_diagram: bool,
    scripts: &'p [&'p str],
}

impl Page<'_> {
    fn with(&self, data: &impl Serialize) -> String {
        let Self {
            title,
            css,
            body,
            has_diagram,
            scripts,
        } = self;
        let mut page = format!(
            "<!doctype html><!-- {MARK} -->\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <title>{title}</title>\n<style>\n{COMMON_CSS}{css}</style>\n</head>\n<body>\n{body}"
        );
        let json = embedded(data);
        page.push_str(&format!(
            "<script id=\"data\" type=\"application/json\">{json}</script>\n"
        ));
        if *has_diagram {
            for (code, licence) in LIBRARIES {
                let licence = licence.replace("*/", "* /");
                page.push_str(&format!("<script>\n/*\n{licence}*/\n{code}</script>\n"));
            }
        }
        for script in [&COMMON_JS].into_iter().chain(*scripts) {
            page.push_str(&format!("<script>\n{script}</script>\n"));
        }
        page.push_str("</body>\n</html>\n");
        page
    }
}

/// JSON that ends no script, whatever names hold: <https://html.spec.whatwg.org/#restrictions-for-contents-of-script-elements>.
fn embedded(data: &impl Serialize) -> String {
    // Text and numbers always become JSON.
    let json = serde_json::to_string(data).unwrap_or_default();
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' => safe.push_str(&format!("\\u{:04x}", u32::from(c))),
            c if toolkit_text::is_hidden(c) => safe.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => safe.push(c),
        }
    }
    safe
}
