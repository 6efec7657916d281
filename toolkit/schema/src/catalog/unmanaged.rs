//! What is seen and listed but not modelled.

use std::fmt;

use super::{ObjectRef, QualifiedName, Uses};

/// An object that is kept as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmanaged {
    /// What it is.
    pub kind: UnmanagedKind,
    /// Its name.
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
    /// A foreign table that is a partition or inherits.
    ForeignTable = "foreign table",
    /// A base type.
    BaseType = "base type",
    /// An operator class, with its family.
    OperatorClass = "operator class",
    /// An operator family that is more than what comes with an operator class.
    OperatorFamily = "operator family",
    /// A text search parser.
    TextSearchParser = "text search parser",
    /// A text search template.
    TextSearchTemplate = "text search template",
    /// An access method.
    AccessMethod = "access method",
    /// A security label.
    SecurityLabel = "security label",
    /// A tablespace of a table, an index or a materialized view, where it is not the database's.
    Tablespace = "tablespace",
    /// `DEPENDS ON EXTENSION` of an index.
    IndexOfExtension = "index that depends on extension",
    /// A procedural language.
    Language = "language",
    /// What a procedural language makes of a type.
    Transform = "transform",
    /// A subscription.
    Subscription = "subscription",
    /// What a publication has of a table, where not the whole database is read.
    Publication = "publication",
}

impl UnmanagedKind {
    /// Whether it is an object of its own, which stays where its schema goes; else it is something that is set
    /// of another one, or said of it, and goes with that.
    pub(crate) const fn is_object(self) -> bool {
        match self {
            Self::ForeignTable
            | Self::BaseType
            | Self::OperatorClass
            | Self::OperatorFamily
            | Self::TextSearchParser
            | Self::TextSearchTemplate
            | Self::AccessMethod
            | Self::Language
            | Self::Transform
            | Self::Subscription => true,
            Self::SecurityLabel | Self::Tablespace | Self::IndexOfExtension | Self::Publication => {
                false
            }
        }
    }
}

impl Unmanaged {
    /// What refers to it.
    pub fn reference(&self) -> ObjectRef {
        ObjectRef::Unmanaged {
            kind: self.kind,
            name: self.name.clone(),
        }
    }
}

impl fmt::Display for Unmanaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            name,
            uses: _,
        } = self;
        // These are in no schema.
        match kind {
            UnmanagedKind::AccessMethod
            | UnmanagedKind::Language
            | UnmanagedKind::Transform
            | UnmanagedKind::Subscription => write!(f, "{kind} {}", name.name),
            UnmanagedKind::ForeignTable
            | UnmanagedKind::BaseType
            | UnmanagedKind::OperatorClass
            | UnmanagedKind::OperatorFamily
            | UnmanagedKind::TextSearchParser
            | UnmanagedKind::TextSearchTemplate
            | UnmanagedKind::SecurityLabel
            | UnmanagedKind::Tablespace
            | UnmanagedKind::IndexOfExtension
            | UnmanagedKind::Publication => write!(f, "{kind} {name}"),
        }
    }
}

impl fmt::Display for UnmanagedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
