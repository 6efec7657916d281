//! What must change to make one catalog the other.
//! Pure and deterministic: no I/O, no order of execution, no SQL.

mod identical;
mod list;
mod propose;
mod rename;
mod rewrite;
mod table;

use std::borrow::Cow;

pub use identical::identical_renames;
pub use list::{Altered, ListDiff};
pub use propose::{Proposal, propose_renames};
pub use rename::Rename;
pub use table::TableChange;

use crate::{
    Result,
    catalog::{Catalog, Enum, Schema, Sequence, Table},
};

/// The difference between two catalogs.
#[derive(Debug, Clone)]
pub struct Changes<'c> {
    /// What is, after the renames.
    pub from: Cow<'c, Catalog>,
    /// What should be.
    pub to: &'c Catalog,
    /// The renames, each valid after those before it.
    pub renames: Vec<Rename>,
    /// Schemas.
    pub schemas: ListDiff<Schema>,
    /// Enum types.
    pub enums: ListDiff<Enum>,
    /// Sequences.
    pub sequences: ListDiff<Sequence>,
    /// Tables.
    pub tables: ListDiff<Table, TableChange>,
}

impl Changes<'_> {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        let Self {
            from: _,
            to: _,
            renames,
            schemas,
            enums,
            sequences,
            tables,
        } = self;
        renames.is_empty()
            && schemas.is_empty()
            && enums.is_empty()
            && sequences.is_empty()
            && tables.is_empty()
    }
}

/// Compares two catalogs exactly: every name and every option counts, the order of columns does not.
///
/// `renames` are applied to `from` first, in the order given, except that one whose new name is
/// taken waits for the one that frees it, and a circle goes through a temporary name. The changes
/// back are those from `to` to `from` with [`Rename::reversed`].
///
/// ```
/// use toolkit_engine::{catalog::Catalog, diff::diff};
///
/// let (from, to) = (Catalog::default(), Catalog::default());
/// assert!(diff(&from, &to, &[])?.is_empty());
/// # Ok::<(), toolkit_engine::Error>(())
/// ```
///
/// # Errors
/// When a rename names what is not there or a name that is taken.
pub fn diff<'c>(from: &'c Catalog, to: &'c Catalog, renames: &[Rename]) -> Result<Changes<'c>> {
    let mut from = Cow::Borrowed(from);
    let renames = if renames.is_empty() {
        Vec::new()
    } else {
        rename::apply_all(from.to_mut(), renames)?
    };
    Ok(Changes {
        schemas: list::diff(&from.schemas, &to.schemas),
        enums: list::diff(&from.enums, &to.enums),
        sequences: list::diff(&from.sequences, &to.sequences),
        tables: list::diff_with(&from.tables, &to.tables, table::change),
        from,
        to,
        renames,
    })
}
