//! What stands in the attribute: `service = path, fixtures("users", seed), flavor = "multi_thread"`.

use proc_macro2::{Span, TokenStream};
use syn::{
    Expr, Ident, LitInt, LitStr, Path, Result, Token, bracketed, parenthesized,
    parse::{Parse, ParseStream, Parser},
    punctuated::Punctuated,
};

/// What the attribute says.
pub(crate) struct Arguments {
    /// Functions that return the services.
    pub services: Vec<Expr>,
    /// What is put into the database before the test, in order.
    pub fixtures: Vec<Fixture>,
    /// How many threads the event loop has; nothing for the test's own.
    pub threads: Option<usize>,
}

/// What is put into a database before a test.
pub(crate) enum Fixture {
    /// The SQL of a file `tests/fixtures/NAME.sql`.
    File(LitStr),
    /// An async function.
    Function(Path),
}

/// One argument.
enum Argument {
    Services(Vec<Expr>),
    Fixtures(Vec<Fixture>),
    Flavor(bool),
    Threads(usize),
}

/// How many threads an event loop has that is to have several.
const SEVERAL: usize = 2;

pub(crate) fn parse(tokens: TokenStream) -> Result<Arguments> {
    let given = Punctuated::<(Ident, Argument), Token![,]>::parse_terminated_with;
    let given = (|input: ParseStream<'_>| given(input, argument)).parse2(tokens)?;
    let mut arguments = Arguments {
        services: Vec::new(),
        fixtures: Vec::new(),
        threads: None,
    };
    let mut seen: Vec<String> = Vec::new();
    let mut multi_thread = None;
    for (name, argument) in given {
        if seen.contains(&name.to_string()) {
            return Err(syn::Error::new(
                name.span(),
                format!("`{name}` is given twice"),
            ));
        }
        seen.push(name.to_string());
        match argument {
            Argument::Services(services) if arguments.services.is_empty() => {
                arguments.services = services;
            }
            Argument::Services(_) => {
                let message = "give `service` or `services`, not both";
                return Err(syn::Error::new(name.span(), message));
            }
            Argument::Fixtures(fixtures) => arguments.fixtures = fixtures,
            Argument::Flavor(several) => multi_thread = Some(several),
            Argument::Threads(threads) => {
                arguments.threads = Some(threads);
                if multi_thread != Some(true) {
                    let message = "`worker_threads` stands behind `flavor = \"multi_thread\"`";
                    return Err(syn::Error::new(name.span(), message));
                }
            }
        }
    }
    if arguments.services.is_empty() {
        let message = "say which service's database it is: `service = my_migration::service`";
        return Err(syn::Error::new(Span::call_site(), message));
    }
    if multi_thread == Some(true) {
        arguments.threads.get_or_insert(SEVERAL);
    }
    Ok(arguments)
}

fn argument(input: ParseStream<'_>) -> Result<(Ident, Argument)> {
    let name: Ident = input.parse()?;
    let argument = match name.to_string().as_str() {
        "service" => {
            input.parse::<Token![=]>()?;
            Argument::Services(vec![input.parse()?])
        }
        "services" => {
            input.parse::<Token![=]>()?;
            let list;
            bracketed!(list in input);
            let services = Punctuated::<Expr, Token![,]>::parse_terminated(&list)?;
            if services.is_empty() {
                return Err(syn::Error::new(name.span(), "`services` names none"));
            }
            Argument::Services(services.into_iter().collect())
        }
        "fixtures" => {
            let list;
            parenthesized!(list in input);
            let fixtures = Punctuated::<Fixture, Token![,]>::parse_terminated(&list)?;
            Argument::Fixtures(fixtures.into_iter().collect())
        }
        "flavor" => {
            input.parse::<Token![=]>()?;
            Argument::Flavor(flavor(&input.parse()?)?)
        }
        "worker_threads" => {
            input.parse::<Token![=]>()?;
            let number: LitInt = input.parse()?;
            match number.base10_parse()? {
                0 => {
                    return Err(syn::Error::new(
                        number.span(),
                        "there is at least one thread",
                    ));
                }
                threads => Argument::Threads(threads),
            }
        }
        other => {
            let message = format!(
                "`{other}` is not known: there are `service`, `services`, `fixtures`, `flavor` and \
                 `worker_threads`"
            );
            return Err(syn::Error::new(name.span(), message));
        }
    };
    Ok((name, argument))
}

/// Whether the event loop has several threads.
fn flavor(text: &LitStr) -> Result<bool> {
    match text.value().as_str() {
        "multi_thread" => Ok(true),
        "current_thread" => Ok(false),
        _ => {
            let message = "it is \"current_thread\" or \"multi_thread\", as of `#[tokio::test]`";
            Err(syn::Error::new(text.span(), message))
        }
    }
}

impl Parse for Fixture {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.peek(LitStr) {
            input.parse().map(Self::File)
        } else {
            input.parse().map(Self::Function)
        }
    }
}
