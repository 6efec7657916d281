//! Migrations that a person fills: examples in comments, which do nothing as they stand. No I/O here.

use super::{comment::wrapped, file::message_sentence};

/// What a migration that a person fills is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// Rows are changed.
    Data,
    /// SQL is sent as it is written.
    Sql,
    /// Many rows are changed, some at a time.
    Batches,
    /// An index is built beside those who write.
    Concurrently,
}

impl Frame {
    /// The example: a migration that does something.
    pub fn example(self) -> &'static str {
        match self {
            Self::Data => include_str!("frame/data.rs"),
            Self::Sql => include_str!("frame/sql.rs"),
            Self::Batches => include_str!("frame/batches.rs"),
            Self::Concurrently => include_str!("frame/concurrently.rs"),
        }
    }
}

/// The source of a migration that does nothing yet, with the example of `frame` in comments.
///
/// ```
/// use toolkit_rust::{Frame, frame};
///
/// let source = frame(Frame::Sql, "name users");
/// assert!(source.starts_with("//! Name users.\n"));
/// assert!(source.contains("        // manager\n"));
/// ```
pub fn frame(frame: Frame, message: &str) -> String {
    let mut source = String::new();
    let mut is_body = false;
    for line in frame.example().lines() {
        if line.starts_with("    async fn ") {
            is_body = true;
            source.push_str(&line.replace("(&self, manager:", "(&self, _manager:"));
        } else if line == "    }" {
            is_body = false;
            source.push_str(line);
        } else if is_body && line != "        Ok(())" {
            source.push_str(&commented(line));
        } else {
            source.push_str(line);
        }
        source.push('\n');
    }
    let message = wrapped(&message_sentence(message), "//!", 0);
    source.replacen("//! MESSAGE", &message, 1)
}

/// A line of an example as a comment, where it is none.
fn commented(line: &str) -> String {
    let text = line.strip_prefix("        ").unwrap_or(line);
    if text.starts_with("// ") {
        line.to_owned()
    } else {
        format!("        // {text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_does_nothing_until_somebody_fills_it() {
        for kind in [Frame::Data, Frame::Sql, Frame::Batches, Frame::Concurrently] {
            let source = frame(kind, "fill languages");
            assert!(
                source.starts_with("//! Fill languages.\n\nuse "),
                "{source}"
            );
            let code: Vec<&str> = source
                .lines()
                .filter(|line| line.starts_with("        ") && !line.trim_start().starts_with("//"))
                .collect();
            let expected = if source.contains("use_transaction") {
                &["        Ok(())", "        Ok(())", "        Some(false)"][..]
            } else {
                &["        Ok(())", "        Ok(())"]
            };
            assert_eq!(code, expected, "{source}");
            assert!(!source.contains("(&self, manager"), "{source}");
        }
    }
}
