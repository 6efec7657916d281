//! Long texts cut to what a person reads. No I/O here.

/// How many characters of a text are shown.
const LONGEST: usize = 2_000;

/// `text`, or what stands around its character `around` if it is too long to be read.
pub fn excerpt(text: &str, around: Option<usize>) -> String {
    // A text that has not more bytes has not more characters.
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let count = text.chars().count();
    if count <= LONGEST {
        return text.to_owned();
    }
    let start = around.unwrap_or_default().saturating_sub(LONGEST / 2);
    let start = start.min(count - LONGEST);
    let part: String = text.chars().skip(start).take(LONGEST).collect();
    let before = if start > 0 { "… " } else { "" };
    let after = if start + LONGEST < count { " …" } else { "" };
    format!("{before}{part}{after} ({count} characters in all)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_around_what_matters() {
        assert_eq!(excerpt("SELECT 1", Some(3)), "SELECT 1");
        let long = format!("{}wrong{}", "ä".repeat(5_000), "b".repeat(5_000));
        let head = excerpt(&long, None);
        assert!(head.starts_with("ää"), "{head}");
        assert!(head.ends_with("ä … (10005 characters in all)"), "{head}");
        let middle = excerpt(&long, Some(5_000));
        assert!(
            middle.starts_with("… ä") && middle.contains("äwrongb"),
            "{middle}"
        );
        let end = excerpt(&long, Some(10_004));
        assert!(end.ends_with("b (10005 characters in all)"), "{end}");
    }
}
