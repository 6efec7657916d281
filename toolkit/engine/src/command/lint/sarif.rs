//! SARIF 2.1.0, as far as it is needed. No I/O here.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use serde::Serialize;

use super::{
    report::{Finding, OfMigration, Report},
    rule::{Level, Rule},
};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Debug, Serialize)]
pub(super) struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Debug, Serialize)]
struct Run {
    tool: Tool,
    results: Vec<Outcome>,
}

#[derive(Debug, Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    help: Message,
    default_configuration: Configuration,
}

#[derive(Debug, Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Debug, Serialize)]
struct Message {
    text: String,
}

/// What SARIF calls a result.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Debug, Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
}

/// What is accepted in the code.
#[derive(Debug, Serialize)]
struct Suppression {
    kind: &'static str,
    justification: String,
}

/// All findings; those that are accepted are suppressed.
pub(super) fn log(report: &Report) -> Log {
    let migrations = report.services.iter().flat_map(|it| &it.migrations);
    let results = migrations.flat_map(|migration| {
        let findings = migration.findings.iter();
        findings.map(|finding| outcome(migration, finding))
    });
    Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "toolkit lint",
                    version: env!("CARGO_PKG_VERSION"),
                    rules: Rule::ALL.into_iter().map(descriptor).collect(),
                },
            },
            results: results.collect(),
        }],
    }
}

fn descriptor(rule: Rule) -> Descriptor {
    let words = rule.words();
    let message = |text: &str| Message {
        text: text.to_owned(),
    };
    Descriptor {
        id: words.id,
        short_description: message(words.title),
        full_description: message(words.why),
        help: message(words.instead),
        default_configuration: Configuration {
            level: level(words.level),
        },
    }
}

fn outcome(migration: &OfMigration, finding: &Finding) -> Outcome {
    let place = Rule::ALL.iter().position(|rule| *rule == finding.rule);
    let location = finding.file.as_ref().map(|file| Location {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri: uri(file) },
            region: finding.line.map(|start_line| Region { start_line }),
        },
    });
    let accepted = finding.accepted.iter();
    Outcome {
        rule_id: finding.rule.words().id,
        rule_index: place.unwrap_or_default(),
        level: level(finding.level),
        message: Message {
            text: format!(
                "{}: {}. Instead: {}",
                migration.name, finding.message, finding.instead
            ),
        },
        locations: location.into_iter().collect(),
        suppressions: accepted
            .map(|reason| Suppression {
                kind: "inSource",
                justification: reason.clone(),
            })
            .collect(),
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

/// A path as a relative URI: what is not plain is written in percent.
/// <https://www.rfc-editor.org/rfc/rfc3986#section-2.3>
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        if plain {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_uri() {
        assert_eq!(uri("src/m1_a b%é.rs"), "src/m1_a%20b%25%C3%A9.rs");
    }
}
