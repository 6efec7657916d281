//! A service's current schema against what its entities and declarations say. No I/O here.

mod fill;

use toolkit_runtime::Service;

pub use fill::unfilled;

use crate::{
    Error, Result,
    catalog::{Catalog, ColumnRef, DefinitionKind, ObjectRef, QualifiedName, Unmanaged},
    desired::{Aligned, Kept, LeftOpen, Said, SaidBefore, Words, align, with_chosen_names},
    diff::{Proposal, Rename, diff, identical_renames, propose_renames},
    plan::{Action, Plan, plan},
    sql::{Names, statement},
};

/// What a person said about the difference.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// `OLD=NEW`, as `--rename` takes it.
    pub renames: Vec<String>,
    /// Names of kept objects that shall go after all; `role:name` for what a role may do.
    pub drop: Vec<String>,
    /// `TABLE.COLUMN=SQL`, as `--fill` takes it: what the rows that are there get in a new column.
    pub fills: Vec<String>,
    /// What the entities said before: of a service that keeps what is unsaid, only that is dropped.
    pub before: SaidBefore,
}

/// A current schema, the target, and the way between them.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// What is.
    pub current: Catalog,
    /// What should be, in the form that `current` has where entities leave it open.
    pub target: Catalog,
    /// What exists, but no entity and no declaration says so.
    pub kept: Vec<Kept>,
    /// What exists and entities could say, but leave open; of a service that keeps it.
    pub left_open: Vec<LeftOpen>,
    /// What the entities say now.
    pub said: Said,
    /// Objects of kinds that are not compared yet, of the current schema.
    pub unmanaged: Vec<Unmanaged>,
    /// Renames that nobody asked for and that lose nothing: only the name differs.
    pub identical: Vec<Rename>,
    /// Renames that a person may mean.
    pub proposals: Vec<Proposal>,
    /// The way there.
    pub up: Plan,
    /// The way back.
    pub down: Plan,
}

impl Comparison {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.up.is_empty()
    }

    /// `error` of the proof, with what is kept though nobody says so where that is in the way of the
    /// statement that fails.
    #[must_use]
    pub fn with_what_is_in_the_way(&self, error: Error, service: &Service) -> Error {
        let Error::ProofStatement {
            what,
            statement: failed,
            source,
        } = error
        else {
            return error;
        };
        let names = Names::within(service.schema());
        let mut steps = self.up.steps.iter().chain(&self.down.steps);
        let step = steps.find(|step| statement(&step.action, &names) == failed);
        let kept: Vec<_> = match step.map(|step| &step.action) {
            Some(Action::SetType { column, .. }) => self
                .kept
                .iter()
                .filter(|kept| self.is_kept_over(kept, column))
                .map(Kept::to_string)
                .collect(),
            Some(_) | None => Vec::new(),
        };
        if kept.is_empty() {
            return Error::ProofStatement {
                what,
                statement: failed,
                source,
            };
        }
        Error::KeptInTheWay {
            kept,
            statement: failed,
            source,
        }
    }

    /// Whether what is kept is an index or a constraint over `column`.
    fn is_kept_over(&self, kept: &Kept, column: &ColumnRef) -> bool {
        let ColumnRef { table, column } = column;
        let Some(found) = self.current.tables.get(table) else {
            return false;
        };
        match kept {
            Kept::Object(ObjectRef::Index { table: of, name }) if of == table => {
                let index = found.indexes.get(name);
                index.is_some_and(|it| it.columns(table).any(|name| name == column))
            }
            Kept::Object(ObjectRef::Constraint { table: of, name }) if of == table => {
                let constraint = found.constraints.get(name);
                constraint.is_some_and(|it| it.columns(table).contains(&column.as_str()))
            }
            Kept::Object(_) | Kept::Privileges { .. } => false,
        }
    }

    /// Lists the partitions that follow their tables, too, where they stay.
    pub fn list_followed(&mut self, followed: &[QualifiedName]) {
        let stays = |name: &&QualifiedName| self.target.tables.contains_key(*name);
        let tables = followed.iter().filter(stays).cloned();
        let kept: Vec<Kept> = tables
            .map(|name| Kept::Object(ObjectRef::Table(name)))
            .collect();
        self.kept.extend(kept);
        self.kept.sort();
        self.kept.dedup();
    }
}

/// Compares by entity.
///
/// # Errors
/// [`Error::RenameOption`] when a rename cannot be understood, [`Error::DropOption`] when there is
/// nothing to drop, [`Error::Entities`] when something is declared of a kind that is not compared.
pub fn compare(
    service: &Service,
    current: Catalog,
    desired: Catalog,
    wishes: &Wishes,
) -> Result<Comparison> {
    refuse_unknown_kinds(service, &current, &desired)?;
    let mut renames = renamed_fields(service, &current);
    renames.extend(wished(
        &current,
        &renames,
        service.schema(),
        &wishes.renames,
    )?);
    let proposals = propose_renames(&current, &desired, &renames)?;
    let entities = service.entity_tables();
    let chosen = with_chosen_names(&desired, &renamed(&current, &renames)?, &entities);
    let identical = identical_renames(&current, &chosen, &renames)?;
    renames.extend(identical.iter().cloned());
    let after_renames = renamed(&current, &renames)?;
    let said = Said::of(&desired, &entities);
    let words = Words {
        said: &said,
        before: &wishes.before,
        renames: &renames,
        drop: &wishes.drop,
    };
    refuse_idle_drops(&desired, &after_renames, service, words)?;
    let mut target = desired;
    let Aligned { kept, left_open } = align(&mut target, &after_renames, service, words);
    let up = plan(&diff(&current, &target, &renames)?)?;
    let up = fill::filled(up, (&current, &target), &renames, &wishes.fills)?;
    let current = with_extensions(current, &target);
    let down = plan(&diff(&target, &current, &Rename::reversed(&renames))?)?;
    Ok(Comparison {
        unmanaged: current.unmanaged.clone(),
        current,
        target,
        kept,
        left_open,
        said,
        identical,
        proposals,
        up,
        down,
    })
}

/// A name that makes no difference is misspelt, or of something that an entity says.
fn refuse_idle_drops(
    desired: &Catalog,
    current: &Catalog,
    service: &Service,
    words: Words<'_>,
) -> Result<()> {
    if words.drop.is_empty() {
        return Ok(());
    }
    let aligned = |drop: &[String]| {
        let mut target = desired.clone();
        let aligned = align(&mut target, current, service, Words { drop, ..words });
        (target, aligned)
    };
    let (target, Aligned { kept, left_open }) = aligned(&[]);
    for name in words.drop {
        if aligned(std::slice::from_ref(name)).0 == target {
            let kept = kept.iter().map(Kept::to_string);
            return Err(Error::DropOption {
                name: name.clone(),
                kept: kept.chain(left_open.iter().map(LeftOpen::name)).collect(),
            });
        }
    }
    Ok(())
}

/// Others may use an extension by the time of the way back, which therefore leaves it.
pub fn with_extensions(mut current: Catalog, target: &Catalog) -> Catalog {
    for (object, definition) in &target.definitions {
        if definition.kind == DefinitionKind::Extension {
            let known = current.definitions.entry(object.clone());
            known.or_insert_with(|| definition.clone());
        }
    }
    current
}

fn refuse_unknown_kinds(service: &Service, current: &Catalog, desired: &Catalog) -> Result<()> {
    let unknown: Vec<String> = desired
        .unmanaged
        .iter()
        .filter(|object| {
            !current
                .unmanaged
                .iter()
                .any(|other| other.kind == object.kind && other.name == object.name)
        })
        .map(|object| format!("{} {}", object.kind, object.name.name))
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(Error::Entities {
        service: service.name().to_owned(),
        problem: format!(
            "declared, but of a kind that migrations must make by hand: {}",
            unknown.join(", ")
        ),
    })
}

/// `renamed_from` stays in the code for ever: it counts as long as the old column is there and the
/// new one is not.
fn renamed_fields(service: &Service, current: &Catalog) -> Vec<Rename> {
    let mut renames = Vec::new();
    for entity in service.entity_tables() {
        let name = QualifiedName::new(service.schema(), &entity.name);
        let Some(table) = current.tables.get(&name) else {
            continue;
        };
        for column in entity.columns {
            let Some(from) = column.renamed_from else {
                continue;
            };
            if table.column(&from).is_some() && table.column(&column.name).is_none() {
                renames.push(Rename::Column {
                    table: name.clone(),
                    from,
                    to: column.name,
                });
            }
        }
    }
    renames
}

/// What `texts` say, as `--rename` takes them: each in the words of the schema that those before it
/// leave behind, where they can be applied without those behind it.
fn wished(
    current: &Catalog,
    certain: &[Rename],
    schema: &str,
    texts: &[String],
) -> Result<Vec<Rename>> {
    let mut renames = certain.to_vec();
    let mut known = renamed(current, &renames)?;
    for text in texts {
        renames.push(parse_rename(text, schema, &known)?);
        // One half of a swap finds its new name taken.
        if let Ok(after) = renamed(current, &renames) {
            known = after;
        }
    }
    Ok(renames.split_off(certain.len()))
}

fn renamed(catalog: &Catalog, renames: &[Rename]) -> Result<Catalog> {
    Ok(diff(catalog, catalog, renames)?.from.into_owned())
}

/// `old=new` is a table, a type or a sequence; `owner.old=new` something that belongs to one.
fn parse_rename(text: &str, schema: &str, catalog: &Catalog) -> Result<Rename> {
    let wrong = |problem: &str| Error::RenameOption {
        text: text.to_owned(),
        problem: problem.to_owned(),
    };
    let (from, to) = text.split_once('=').ok_or_else(|| wrong("there is no ="))?;
    let to = to.rsplit('.').next().unwrap_or(to).to_owned();
    if from.is_empty() || to.is_empty() {
        return Err(wrong("a name is empty"));
    }
    // Names may hold dots.
    let mut parts = from.match_indices('.').filter_map(|(dot, _)| {
        let (owner, part) = (QualifiedName::new(schema, &from[..dot]), &from[dot + 1..]);
        rename_part(owner, part.to_owned(), to.clone(), catalog)
    });
    let part = parts.next();
    let found =
        part.or_else(|| rename_object(QualifiedName::new(schema, from), to.clone(), catalog));
    found.ok_or_else(|| wrong("the current schema has nothing of that name"))
}

fn rename_object(from: QualifiedName, to: String, catalog: &Catalog) -> Option<Rename> {
    if catalog.tables.contains_key(&from) {
        Some(Rename::Table { from, to })
    } else if catalog.enums.contains_key(&from) {
        Some(Rename::Enum { from, to })
    } else {
        let columns = catalog.tables.values().flat_map(|table| &table.columns);
        let is_identity = columns
            .filter_map(|column| column.identity.as_ref())
            .any(|identity| identity.sequence == from);
        let is_sequence = is_identity || catalog.sequences.contains_key(&from);
        is_sequence.then_some(Rename::Sequence { from, to })
    }
}

fn rename_part(
    owner: QualifiedName,
    from: String,
    to: String,
    catalog: &Catalog,
) -> Option<Rename> {
    if let Some(table) = catalog.tables.get(&owner) {
        if table.column(&from).is_some() {
            return Some(Rename::Column {
                table: owner,
                from,
                to,
            });
        }
        if table.constraints.contains_key(&from) {
            return Some(Rename::Constraint {
                table: owner,
                from,
                to,
            });
        }
        return table.indexes.contains_key(&from).then_some(Rename::Index {
            table: owner,
            from,
            to,
        });
    }
    let enumeration = catalog.enums.get(&owner)?;
    enumeration
        .values
        .contains(&from)
        .then_some(Rename::EnumValue {
            name: owner,
            from,
            to,
        })
}

/// How `--rename` writes a rename.
pub fn rename_option(rename: &Rename) -> String {
    let (from, to) = rename.names();
    match rename.owner() {
        None => format!("{from}={to}"),
        Some(owner) => format!("{}.{from}={to}", owner.name),
    }
}
