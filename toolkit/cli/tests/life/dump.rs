//! Dumps to be compared: the order of a table's columns does not count, because a dropped column
//! comes back as the last one.

/// `dump` with the lines of each `CREATE TABLE` sorted.
pub fn normal(dump: &str) -> String {
    let mut lines = Vec::new();
    let mut columns: Option<Vec<&str>> = None;
    for line in dump.lines() {
        match &mut columns {
            Some(found) if line.starts_with(')') => {
                found.sort_unstable();
                lines.append(found);
                lines.push(line);
                columns = None;
            }
            Some(found) => found.push(line.trim_end_matches(',')),
            None => {
                lines.push(line);
                if line.starts_with("CREATE TABLE ") {
                    columns = Some(Vec::new());
                }
            }
        }
    }
    lines.join("\n")
}

/// The lines that only one of two dumps has; nothing when they are equal.
pub fn differences(before: &str, after: &str) -> Option<String> {
    let (before, after) = (normal(before), normal(after));
    if before == after {
        return None;
    }
    let missing = |from: &str, other: &str, sign: &str| {
        let mut rest: Vec<&str> = other.lines().collect();
        let mut lines = Vec::new();
        for line in from.lines() {
            if let Some(place) = rest.iter().position(|other| *other == line) {
                rest.swap_remove(place);
            } else {
                lines.push(format!("{sign} {line}"));
            }
        }
        lines
    };
    let mut lines = missing(&before, &after, "-");
    lines.extend(missing(&after, &before, "+"));
    if lines.is_empty() {
        lines.push("the same lines in another order".to_owned());
    }
    Some(lines.join("\n"))
}
