//! The two sides of a text that git could not merge. No I/O here.

/// What each side of a text with conflict markers says; nothing for a text without them.
pub fn sides(text: &str) -> Option<(String, String)> {
    let (mut ours, mut theirs) = (String::new(), String::new());
    let (mut in_ours, mut in_theirs) = (true, true);
    let mut has_conflict = false;
    for line in text.split_inclusive('\n') {
        // The third section, which some write, is what both came from.
        (in_ours, in_theirs) = match line.get(..7) {
            Some("<<<<<<<") => (true, false),
            Some("|||||||") if has_conflict => (false, false),
            Some("=======") if has_conflict => (false, true),
            Some(">>>>>>>") if has_conflict => (true, true),
            _ => {
                if in_ours {
                    ours.push_str(line);
                }
                if in_theirs {
                    theirs.push_str(line);
                }
                continue;
            }
        };
        has_conflict = true;
    }
    has_conflict.then_some((ours, theirs))
}

#[cfg(test)]
mod tests {
    use super::sides;

    #[test]
    fn each_side_is_told_from_the_other() {
        let pair = |ours: &str, theirs: &str| Some((ours.to_owned(), theirs.to_owned()));
        assert_eq!(sides("a\nb\n"), None);
        assert_eq!(sides("======= a heading\n"), None);
        let text = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> main\nd\n";
        assert_eq!(sides(text), pair("a\nb\nd\n", "a\nc\nd\n"));
        let text = "<<<<<<< HEAD\nb\n||||||| base\na\n=======\n>>>>>>> main\n";
        assert_eq!(sides(text), pair("b\n", ""));
    }
}
