//! An async function becomes a test of Rust's own harness.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute, FnArg, ItemFn, Result, Type, spanned::Spanned};

use crate::arguments::{Arguments, Fixture};

pub(crate) fn expand(arguments: &Arguments, mut function: ItemFn) -> Result<TokenStream> {
    refuse(&function)?;
    let types = types(&function)?;
    let (outer, inner): (Vec<Attribute>, Vec<Attribute>) = std::mem::take(&mut function.attrs)
        .into_iter()
        .partition(is_of_the_harness);
    function.attrs = inner;
    let visibility = std::mem::replace(&mut function.vis, syn::Visibility::Inherited);
    let (name, output) = (&function.sig.ident, &function.sig.output);
    let panics = outer.iter().any(|it| it.path().is_ident("should_panic"));
    let threads = arguments
        .threads
        .map(|threads| quote!(::core::option::Option::Some(#threads)));
    let threads = threads.unwrap_or_else(|| quote!(::core::option::Option::None));
    let services = arguments
        .services
        .iter()
        .map(|service| quote_spanned!(service.span()=> (#service)()));
    let fixtures = arguments.fixtures.iter().map(fixture);
    let (bindings, values) = bindings(&types);
    let private = quote!(::toolkit_test::__private);
    Ok(quote! {
        #(#outer)*
        #[::core::prelude::v1::test]
        #visibility fn #name() #output {
            // Not every test waits for something.
            #[allow(clippy::unused_async)]
            #function
            let settings = #private::Settings {
                test: ::core::concat!(::core::module_path!(), "::", ::core::stringify!(#name)),
                services: ::std::vec![#(#services),*],
                panics: #panics,
                threads: #threads,
            };
            #private::run(&settings, async |database: &::toolkit_test::TestDatabase| {
                #(#fixtures)*
                #bindings
                ::core::result::Result::Ok(#name(#(#values),*).await)
            })
        }
    })
}

/// What cannot be a test.
fn refuse(function: &ItemFn) -> Result<()> {
    let signature = &function.sig;
    if signature.asyncness.is_none() {
        let message = "the test is an `async fn`, for the database is asked by await";
        return Err(syn::Error::new(signature.fn_token.span, message));
    }
    if !signature.generics.params.is_empty() {
        let message = "a test has no generic parameters";
        return Err(syn::Error::new(signature.generics.span(), message));
    }
    let is_test = |it: &&Attribute| {
        let last = it.path().segments.last();
        last.is_some_and(|last| last.ident == "test" || last.ident == "rstest")
    };
    if let Some(other) = function.attrs.iter().find(is_test) {
        let message = "it is a test already: with another attribute of this kind, use \
                       `TestDatabase::create` in the test";
        return Err(syn::Error::new(other.span(), message));
    }
    Ok(())
}

fn types(function: &ItemFn) -> Result<Vec<Type>> {
    let mut types = Vec::new();
    for argument in &function.sig.inputs {
        match argument {
            FnArg::Receiver(receiver) => {
                return Err(syn::Error::new(receiver.span(), "a test has no `self`"));
            }
            FnArg::Typed(typed) => types.push((*typed.ty).clone()),
        }
    }
    if types.is_empty() {
        let message = "the test takes its database: `db: DatabaseConnection`";
        return Err(syn::Error::new(function.sig.ident.span(), message));
    }
    Ok(types)
}

/// What Rust's harness reads, and what decides whether there is a test at all.
fn is_of_the_harness(attribute: &Attribute) -> bool {
    ["ignore", "should_panic", "cfg", "cfg_attr", "doc"]
        .iter()
        .any(|name| attribute.path().is_ident(name))
}

fn fixture(fixture: &Fixture) -> TokenStream {
    match fixture {
        Fixture::File(name) => {
            let file = format!("/tests/fixtures/{}.sql", name.value());
            quote_spanned! {name.span()=>
                let text = ::core::include_str!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #file));
                database.load_sql(#name, text).await?;
            }
        }
        Fixture::Function(path) => quote_spanned! {path.span()=>
            database.load(::core::stringify!(#path), #path).await?;
        },
    }
}

/// Statements that make the test's arguments, and their names.
fn bindings(types: &[Type]) -> (TokenStream, Vec<syn::Ident>) {
    let names: Vec<_> = (0..types.len())
        .map(|it| format_ident!("argument_{it}"))
        .collect();
    let bindings = names.iter().zip(types).map(|(name, wanted)| {
        quote_spanned! {wanted.span()=>
            let #name = <#wanted as ::toolkit_test::Argument>::take(database, &mut places).await?;
        }
    });
    let connections = types.iter().map(|wanted| {
        quote_spanned!(wanted.span()=> <#wanted as ::toolkit_test::Argument>::IS_CONNECTION)
    });
    let bindings = quote! {
        let mut places = ::toolkit_test::__private::Places::new(&[#(#connections),*]);
        #(#bindings)*
    };
    (bindings, names)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the attribute with `arguments` says of `function`.
    fn said(arguments: TokenStream, function: TokenStream) -> String {
        let expanded = crate::arguments::parse(arguments)
            .and_then(|arguments| Ok((arguments, syn::parse2(function)?)))
            .and_then(|(arguments, function)| expand(&arguments, function));
        expanded.map_or_else(|error| error.to_string(), |tokens| tokens.to_string())
    }

    #[test]
    fn what_is_wrong_is_said() {
        let service = || quote!(service = users::service);
        let test = || {
            quote!(
                async fn joins(db: DatabaseConnection) {}
            )
        };
        for (arguments, function, expected) in [
            (quote!(), test(), "say which service's database it is"),
            (quote!(services = []), test(), "`services` names none"),
            (quote!(service = a, services = [b]), test(), "not both"),
            (
                quote!(service = a, service = b),
                test(),
                "`service` is given twice",
            ),
            (
                quote!(service = a, fixture("x")),
                test(),
                "`fixture` is not known",
            ),
            (
                quote!(service = a, flavor = "many"),
                test(),
                "\"multi_thread\"",
            ),
            (
                quote!(service = a, worker_threads = 2),
                test(),
                "stands behind `flavor",
            ),
            (
                service(),
                quote!(
                    fn joins(db: DatabaseConnection) {}
                ),
                "is an `async fn`",
            ),
            (
                service(),
                quote!(
                    async fn joins() {}
                ),
                "the test takes its database",
            ),
            (
                service(),
                quote!(
                    async fn joins(&self) {}
                ),
                "has no `self`",
            ),
            (
                service(),
                quote!(
                    async fn joins<T>(db: T) {}
                ),
                "no generic parameters",
            ),
            (
                service(),
                quote!(
                    #[tokio::test]
                    async fn joins(db: DatabaseConnection) {}
                ),
                "it is a test already",
            ),
        ] {
            let said = said(arguments, function);
            assert!(said.contains(expected), "{said}");
        }
    }

    #[test]
    fn what_the_harness_reads_stands_at_the_test_and_the_rest_at_the_function() {
        let said = said(
            quote!(service = users::service),
            quote!(
                #[ignore = "slow"]
                #[allow(clippy::unused_async)]
                async fn joins(db: DatabaseConnection) {}
            ),
        );
        let (outer, inner) = said.split_once("fn joins () {").unwrap();
        assert!(
            outer.contains("ignore") && !outer.contains("allow"),
            "{said}"
        );
        assert!(
            inner.contains("allow") && !inner.contains("ignore"),
            "{said}"
        );
    }
}
