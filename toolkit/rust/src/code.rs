//! The Rust that a migration is made of, as far as a migration needs it: calls, chains, arrays.
//! What it is written down as is decided in `layout`.

use super::literal;

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Code {
    /// A number or a path, written as it is.
    Raw(String),
    /// A string.
    Text(String),
    /// A string that holds SQL: white space outside its quotes may become line breaks.
    Sql(String),
    /// A string that holds SQL in lines of its own.
    SqlLines(String),
    /// A call of a path; a tuple when the path is empty.
    Call(&'static str, Vec<Code>),
    /// A call of a function of `sea_orm_migration::schema`.
    Helper(&'static str, Vec<Code>),
    /// `[…]`.
    Array(Vec<Code>),
    /// `root.link().link()`.
    Chain(Box<Code>, Vec<Link>),
}

/// One link of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Link {
    /// `.name(arguments)`.
    Method(&'static str, Vec<Code>),
    /// `.await`.
    Await,
    /// `.await?`.
    AwaitTry,
}

impl Code {
    /// A number or a path.
    pub(super) fn raw(text: impl Into<String>) -> Self {
        Self::Raw(text.into())
    }

    /// A string.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// `(a, b)`.
    pub(super) fn tuple(items: Vec<Self>) -> Self {
        Self::Call("", items)
    }

    /// `Expr::cust("…")`.
    pub(super) fn expression(sql: &str) -> Self {
        Self::Call(
            "Expr::cust",
            vec![Self::Text(literal::without_line_breaks(sql))],
        )
    }

    /// The expression with one more link.
    #[must_use]
    pub(super) fn link(self, link: Link) -> Self {
        match self {
            Self::Chain(root, mut links) => {
                links.push(link);
                Self::Chain(root, links)
            }
            Self::Raw(_)
            | Self::Text(_)
            | Self::Sql(_)
            | Self::SqlLines(_)
            | Self::Call(..)
            | Self::Helper(..)
            | Self::Array(_) => Self::Chain(Box::new(self), vec![link]),
        }
    }

    /// `self.name()`.
    #[must_use]
    pub(super) fn call(self, name: &'static str) -> Self {
        self.link(Link::Method(name, Vec::new()))
    }

    /// `self.name(argument)`.
    #[must_use]
    pub(super) fn with(self, name: &'static str, argument: Self) -> Self {
        self.link(Link::Method(name, vec![argument]))
    }

    /// `self.name(first, second)`.
    #[must_use]
    pub(super) fn with_both(self, name: &'static str, first: Self, second: Self) -> Self {
        self.link(Link::Method(name, vec![first, second]))
    }

    /// Calls `seen` with this expression and each one inside it.
    pub(super) fn visit<'c>(&'c self, seen: &mut impl FnMut(&'c Self)) {
        seen(self);
        match self {
            Self::Raw(_) | Self::Text(_) | Self::Sql(_) | Self::SqlLines(_) => {}
            Self::Call(_, items) | Self::Helper(_, items) | Self::Array(items) => {
                for item in items {
                    item.visit(seen);
                }
            }
            Self::Chain(root, links) => {
                root.visit(seen);
                for link in links {
                    match link {
                        Link::Method(_, arguments) => {
                            for argument in arguments {
                                argument.visit(seen);
                            }
                        }
                        Link::Await | Link::AwaitTry => {}
                    }
                }
            }
        }
    }
}
