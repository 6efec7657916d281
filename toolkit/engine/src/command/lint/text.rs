//! What was found, for a person. No I/O here.

use super::{
    super::rebase::counted,
    report::{Finding, OfMigration, OfService, Report},
};

/// The findings, each with its place, what was seen, and what to write instead.
pub(super) fn lines(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    for service in &report.services {
        lines.push(head(service));
        for migration in &service.migrations {
            lines.extend(of_migration(migration));
        }
    }
    lines
}

fn head(service: &OfService) -> String {
    let count = counted(service.migrations.len());
    format!("{}: {count} {}", service.service, service.base.told())
}

fn of_migration(migration: &OfMigration) -> Vec<String> {
    let mut lines = vec![String::new(), migration.name.clone()];
    for finding in &migration.findings {
        lines.extend(of_finding(finding));
    }
    let not_tried = migration.not_tried.iter();
    lines.extend(not_tried.map(|it| format!("  not tried {}", one_line(it))));
    if migration.findings.is_empty() {
        lines.push("  nothing found".to_owned());
    }
    lines
}

fn of_finding(finding: &Finding) -> Vec<String> {
    let rule = finding.rule.words();
    let message = one_line(&finding.message);
    if let Some(reason) = &finding.accepted {
        return vec![format!(
            "  {} (accepted: {}): {message}",
            rule.id,
            one_line(reason)
        )];
    }
    let mut lines = vec![format!("  {}: {message}", rule.id)];
    lines.extend(place(finding).map(|place| format!("    at {place}")));
    let statement = finding.statement.as_deref();
    lines.extend(statement.map(|it| format!("    {}", one_line(it))));
    lines.push(format!("    instead: {}", finding.instead));
    lines
}

/// Where a finding is.
pub(super) fn place(finding: &Finding) -> Option<String> {
    let file = finding.file.as_ref()?;
    Some(match finding.line {
        Some(line) => format!("{file}:{line}"),
        None => file.clone(),
    })
}

/// `text` without its line breaks and the blanks around them.
pub(super) fn one_line(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

/// What is said beside the data.
pub(super) fn notes(report: &Report) -> Vec<String> {
    let (open, accepted) = (report.open().count(), report.accepted());
    let mut notes = Vec::new();
    if let Some(place) = &report.scratch {
        let accepted = match accepted {
            0 => String::new(),
            count => format!(", {count} accepted"),
        };
        notes.push(format!(
            "found: {open}{accepted}; each statement was run on rows in {place}"
        ));
    }
    notes
}
