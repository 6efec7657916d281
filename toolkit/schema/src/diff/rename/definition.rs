//! What renames do to definitions: PostgreSQL prints the new names, so the texts are rewritten word
//! by word. A text that comes out otherwise is made anew, which loses nothing.

use crate::{
    catalog::{Catalog, Definition, Distinction, ObjectRef, QualifiedName, Replacement, Setting},
    diff::rewrite,
};

/// Rewrites the texts that use something which `is_renamed` tells.
pub(super) fn rename_in_texts(
    catalog: &mut Catalog,
    is_renamed: impl Fn(&ObjectRef) -> bool,
    rename: impl Fn(&str) -> String,
) {
    let definitions = catalog.definitions.values_mut();
    // A body that PostgreSQL keeps as text keeps the old name.
    let using = definitions.filter(|it| it.body.text.is_empty() && it.uses.iter().any(&is_renamed));
    for definition in using {
        definition.text = rename(&definition.text);
        if let Replacement::Alter { same: _, text } = &mut definition.replacement {
            *text = rename(text);
        }
    }
}

/// Moves what belongs to the relation `from` over to `to`.
pub(super) fn move_to(catalog: &mut Catalog, from: &QualifiedName, to: &QualifiedName) {
    let belongs = |object: &ObjectRef| match object {
        ObjectRef::Table(name) => name == from,
        ObjectRef::Column(column) => &column.table == from,
        ObjectRef::Schema(_)
        | ObjectRef::Type(_)
        | ObjectRef::Sequence(_)
        | ObjectRef::Constraint { .. }
        | ObjectRef::Index { .. }
        | ObjectRef::Definition { .. }
        | ObjectRef::Unmanaged { .. } => false,
    };
    rename_in_texts(catalog, belongs, |sql| {
        rewrite::rename_word(sql, &from.name, &to.name)
    });
    let definitions = std::mem::take(&mut catalog.definitions).into_values();
    catalog.definitions = definitions
        .map(|mut definition: Definition| {
            if definition.owner.as_ref() == Some(from) {
                definition.owner = Some(to.clone());
                if let Distinction::Of(relation) = &mut definition.distinction {
                    relation.clone_from(&to.name);
                }
            }
            let settings = std::mem::take(&mut definition.settings).into_iter();
            let moved = |setting| match setting {
                Setting::FiringOn(table) if &table == from => Setting::FiringOn(to.clone()),
                other => other,
            };
            definition.settings = settings.map(|(it, value)| (moved(it), value)).collect();
            (definition.reference(), definition)
        })
        .collect();
}
