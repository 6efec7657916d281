//! What is seen and listed but not modelled.

use std::fmt;

use super::{QualifiedName, Uses};

/// An object that is kept as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmanaged {
    /// What it is.
    pub kind: UnmanagedKind,
    /// Its name; a trigger, policy or rule carries its table: `orders.audit`. A function carries
    /// its argument types.
    pub name: QualifiedName,
    /// What it refers to.
    pub uses: Uses,
}

macro_rules! unmanaged_kinds {
    ($($(#[$doc:meta])* $kind:ident = $text:literal),+ $(,)?) => {
        /// The kinds of unmanaged objects.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum UnmanagedKind { $($(#[$doc])* $kind),+ }

        impl UnmanagedKind {
            /// What PostgreSQL calls it, in lower case.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $text),+ }
            }

            /// The kind of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$kind),)+ _ => None }
            }
        }
    };
}

unmanaged_kinds! {
    /// A view.
    View = "view",
    /// A materialized view.
    MaterializedView = "materialized view",
    /// A foreign table.
    ForeignTable = "foreign table",
    /// A partitioned table.
    PartitionedTable = "partitioned table",
    /// A partition.
    Partition = "partition",
    /// A table that inherits from another, or that others inherit from.
    InheritanceTable = "inheritance table",
    /// A table of a composite type.
    TypedTable = "typed table",
    /// A composite type.
    CompositeType = "composite type",
    /// A domain.
    Domain = "domain",
    /// A range type.
    RangeType = "range type",
    /// A base type.
    BaseType = "base type",
    /// A function.
    Function = "function",
    /// A procedure.
    Procedure = "procedure",
    /// An aggregate.
    Aggregate = "aggregate",
    /// A window function.
    WindowFunction = "window function",
    /// A trigger.
    Trigger = "trigger",
    /// A row-level security policy.
    Policy = "policy",
    /// Row-level security switched on.
    RowSecurity = "row-level security",
    /// A rewrite rule.
    Rule = "rule",
    /// An extended statistics object.
    Statistics = "statistics",
    /// A collation.
    Collation = "collation",
    /// An operator.
    Operator = "operator",
    /// A text search configuration.
    TextSearchConfiguration = "text search configuration",
    /// A text search dictionary.
    TextSearchDictionary = "text search dictionary",
    /// An extension.
    Extension = "extension",
}

impl fmt::Display for UnmanagedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
