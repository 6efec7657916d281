//! The attribute `#[toolkit_test::test]`; `toolkit-test` describes it. No I/O here.

mod arguments;
mod expand;

use proc_macro::TokenStream;

/// A test with a migrated database of its own: see the crate `toolkit-test`.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let expanded = arguments::parse(arguments.into())
        .and_then(|arguments| Ok((arguments, syn::parse(item.clone())?)))
        .and_then(|(arguments, function)| expand::expand(&arguments, function));
    match expanded {
        Ok(expanded) => expanded.into(),
        // The function stays, or what names it would be an error, too.
        Err(error) => [TokenStream::from(error.into_compile_error()), item]
            .into_iter()
            .collect(),
    }
}
