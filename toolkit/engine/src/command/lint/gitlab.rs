//! A code quality report, which GitLab shows in a merge request. No I/O here.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use serde::Serialize;
use toolkit_runtime::checksum;

use super::{
    report::{Finding, OfMigration, OfService, Report},
    rule::Level,
};

/// One finding that is not accepted.
#[derive(Debug, Serialize)]
pub(super) struct Issue {
    description: String,
    check_name: &'static str,
    /// GitLab tells by it what is new.
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Debug, Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: usize,
}

/// The findings that are not accepted.
pub(super) fn issues(report: &Report) -> Vec<Issue> {
    let issue = |(service, migration, finding): (&OfService, &OfMigration, &Finding)| {
        let id = finding.rule.words().id;
        let statement = finding.statement.as_deref().unwrap_or_default();
        let whole = [
            &service.service,
            &migration.name,
            id,
            statement,
            &finding.message,
        ];
        Issue {
            description: format!("{}. Instead: {}", finding.message, finding.instead),
            check_name: id,
            fingerprint: checksum(whole.join("\0").as_bytes()),
            severity: match finding.level {
                Level::Error => "critical",
                Level::Warning => "major",
            },
            location: Location {
                // A service need not say where its crate is.
                path: finding
                    .file
                    .clone()
                    .unwrap_or_else(|| migration.name.clone()),
                lines: Lines {
                    begin: finding.line.unwrap_or(1),
                },
            },
        }
    };
    report.open().map(issue).collect()
}
