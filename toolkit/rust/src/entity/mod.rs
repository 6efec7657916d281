//! Catalog → SeaORM entities, a file for each table, and declarations of what attributes cannot say.
//! No I/O here.

mod attribute;
mod column;
mod data_type;
mod declared;
mod default;
mod enumeration;
mod file;
mod ident;
mod key;
mod relation;
mod said;

use std::collections::BTreeMap;

use toolkit_schema::Result;

use crate::catalog::{Catalog, QualifiedName};

/// What the entities are besides their catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityOptions {
    /// The schema. Read the catalog with it first on the `search_path`.
    pub schema: String,
    /// The modules of tables that have one already; the others are called as their tables are.
    pub modules: BTreeMap<String, String>,
}

/// The sources of a schema's entities, laid out as rustfmt would.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entities {
    /// The modules, in order.
    pub modules: Vec<EntityModule>,
    /// What attributes cannot say: a module with a function for `Service::declare`.
    pub declared: Option<String>,
    /// Tables that are declared as a whole, and why no entity describes them.
    pub without_entity: Vec<(QualifiedName, &'static str)>,
}

/// The source of one module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityModule {
    /// Its name.
    pub name: String,
    /// The table that it describes; none for an enum that several tables share.
    pub table: Option<String>,
    /// Its text.
    pub source: String,
}

/// The entities that describe `catalog`: written out, with what is declared beside them, they make what
/// it holds of the schema.
///
/// # Errors
/// When what has to be declared cannot be planned.
pub fn entities(catalog: &Catalog, options: &EntityOptions) -> Result<Entities> {
    let said = said::said(catalog, options);
    let declared = declared::declared(&said, options)?;
    let mut modules = enumeration::shared(&said);
    modules.extend(
        (said.drafts.iter().enumerate()).map(|(place, draft)| EntityModule {
            name: draft.module.clone(),
            table: Some(draft.table.name.name.clone()),
            source: file::source(&said, place),
        }),
    );
    modules.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Entities {
        modules,
        declared,
        without_entity: said.without_entity,
    })
}
