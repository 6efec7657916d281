//! What the sources of a library hold: entities, a migrator, a service. Reads only.

use std::{
    fs,
    path::{Path, PathBuf},
};

use syn::{Attribute, Item, ItemMod, Lit, Meta, Token, Visibility, punctuated::Punctuated};
use toolkit_scaffold::{of_service, rust};

/// What a library holds.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    pub(crate) entities: Vec<Entity>,
    /// The file that has the migrator.
    pub(crate) migrator: Option<PathBuf>,
    /// The name and the schema of the service that its root defines.
    pub(crate) service: Option<(String, String)>,
}

/// An entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entity {
    /// Its module below the library's root.
    pub(crate) module: Vec<String>,
    /// The schema that it says, if any.
    pub(crate) schema: Option<String>,
    /// Whether other crates can name it.
    pub(crate) is_public: bool,
}

/// Where in a library a file or a module is.
struct Place {
    file: PathBuf,
    /// Where files of its modules are.
    folder: PathBuf,
    module: Vec<String>,
    is_public: bool,
}

/// What cannot be read or parsed holds nothing: the compiler says more of it.
fn parsed(path: &Path) -> Option<syn::File> {
    rust::parse(&fs::read_to_string(path).ok()?).ok()
}

impl Sources {
    /// Follows the modules from the library's root.
    pub(crate) fn read(library: &Path) -> Self {
        let mut sources = Self::default();
        let Some(file) = parsed(library) else {
            return sources;
        };
        sources.service = of_service(&file);
        let root = Place {
            file: library.to_owned(),
            folder: library.parent().unwrap_or(library).to_owned(),
            module: Vec::new(),
            is_public: true,
        };
        sources.items(&file.items, &root);
        sources
    }

    fn file(&mut self, place: &Place) {
        if let Some(file) = parsed(&place.file) {
            self.items(&file.items, place);
        }
    }

    fn items(&mut self, items: &[Item], place: &Place) {
        for item in items {
            if rust::migrator(item).is_some() {
                self.migrator.get_or_insert_with(|| place.file.clone());
            }
            match item {
                Item::Mod(module) if !is_for_tests(&module.attrs) => self.module(module, place),
                Item::Struct(model) if is_model(&model.attrs) => self.entities.push(Entity {
                    module: place.module.clone(),
                    schema: schema(&model.attrs),
                    is_public: place.is_public && is_public(&model.vis),
                }),
                _ => {}
            }
        }
    }

    fn module(&mut self, module: &ItemMod, place: &Place) {
        let name = module.ident.to_string();
        let inner = [&place.module[..], std::slice::from_ref(&name)].concat();
        let is_public = place.is_public && is_public(&module.vis);
        let folder = place.folder.join(&name);
        if let Some((_, items)) = &module.content {
            let place = Place {
                file: place.file.clone(),
                folder,
                module: inner,
                is_public,
            };
            self.items(items, &place);
            return;
        }
        let beside = place.folder.join(format!("{name}.rs"));
        let file = if beside.is_file() {
            beside
        } else {
            folder.join("mod.rs")
        };
        self.file(&Place {
            file,
            folder,
            module: inner,
            is_public,
        });
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|it| {
        it.path().is_ident("cfg")
            && it
                .parse_args::<syn::Ident>()
                .is_ok_and(|word| word == "test")
    })
}

/// Whether a struct is what SeaORM derives an entity from.
fn is_model(attributes: &[Attribute]) -> bool {
    let derives = attributes.iter().filter(|it| it.path().is_ident("derive"));
    let names = derives.filter_map(|it| {
        it.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated)
            .ok()
    });
    names.flatten().any(|path| {
        let last = path.segments.last();
        last.is_some_and(|it| it.ident == "DeriveEntityModel")
    })
}

/// `schema_name = "…"` of `#[sea_orm(…)]`.
fn schema(attributes: &[Attribute]) -> Option<String> {
    let of_sea_orm = attributes.iter().filter(|it| it.path().is_ident("sea_orm"));
    let words = of_sea_orm.filter_map(|it| {
        it.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .ok()
    });
    words.flatten().find_map(|word| match word {
        Meta::NameValue(pair) if pair.path.is_ident("schema_name") => match pair.value {
            syn::Expr::Lit(literal) => match literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_found_where_modules_lead() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let model = |schema: &str| {
            format!(
                "#[sea_orm::model]\n#[derive(Clone, Debug, DeriveEntityModel)]\n\
                 #[sea_orm({schema}table_name = \"t\")]\npub struct Model {{ #[sea_orm(primary_key)] pub id: i32 }}\n"
            )
        };
        write(
            "lib.rs",
            "pub mod shop;\nmod hidden;\npub mod inline { pub mod deep; }\n#[cfg(test)]\npub mod tests;\n\
             pub mod prelude { pub use super::shop; }\n",
        );
        write("shop/mod.rs", "pub mod cart;\n");
        write("shop/cart.rs", &model("schema_name = \"shop\", "));
        write("shop/undeclared.rs", &model(""));
        write("hidden.rs", &model(""));
        write("inline/deep.rs", &model(""));
        write("tests.rs", &model(""));
        let found = Sources::read(&folder.path().join("lib.rs"));
        let entity = |module: &[&str], schema: Option<&str>, is_public| Entity {
            module: module.iter().map(|it| (*it).to_owned()).collect(),
            schema: schema.map(str::to_owned),
            is_public,
        };
        assert_eq!(
            found.entities,
            [
                entity(&["shop", "cart"], Some("shop"), true),
                entity(&["hidden"], None, false),
                entity(&["inline", "deep"], None, true),
            ]
        );
        assert_eq!(found.migrator, None);
    }
}
