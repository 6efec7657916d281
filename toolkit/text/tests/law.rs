//! The law of tokens: put together they are the text, whatever it is.

use proptest::prelude::*;
use toolkit_text::{
    identifier::{quote_identifier, quote_literal},
    tokens,
};

fn law(sql: &str) {
    let tokens: Vec<_> = tokens(sql).collect();
    let mut end = 0;
    for token in &tokens {
        assert_eq!(token.start, end, "{sql:?}");
        assert!(!token.text.is_empty(), "{sql:?}");
        end += token.text.len();
    }
    let text: String = tokens.iter().map(|token| token.text).collect();
    assert_eq!(text, sql);
}

/// Text of the pieces at which a lexer changes its rules.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "'", "''", "\"", "\\", "\\'", "E'", "e'", "U&'", "u&\"", "X'", "B'", "N'", "$", "$$",
        "$a$", "$1", "a", "Ab_", "é", "\u{202e}", "\0", "--", "/*", "*/", "/", "*", "\n", "\r",
        "\t", " ", "\u{a0}", ";", "(", ")", "::", "..", ".", "1", "1e", "0x", "|", "\u{feff}",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn tokens_put_together_are_the_text(sql in prop_oneof![pieces(), any::<String>()]) {
        law(&sql);
    }

    #[test]
    fn what_is_quoted_is_read_as_what_it_was(text in prop_oneof![pieces(), any::<String>()]) {
        let literal = quote_literal(&text);
        let read: Vec<_> = tokens(&literal).collect();
        prop_assert_eq!(read.len(), 1);
        prop_assert_eq!(read[0].value().unwrap(), text.as_str());
        let name = quote_identifier(&text);
        let read: Vec<_> = tokens(&name).collect();
        prop_assert_eq!(read.len(), 1);
        prop_assert_eq!(read[0].name().unwrap(), text.as_str());
    }
}
