//! Types that must be made anew under their columns, for they cannot be altered in place.

use std::collections::BTreeSet;

use super::facts::{Context, domains, texts};
use crate::{
    catalog::{Catalog, Composite, DataType, DefinitionKind, Enum, ObjectRef, QualifiedName},
    diff::key_columns,
};

/// The types that are made anew: enum types whose values go or move or are used at once, domains over
/// another type, composite types whose attributes cannot change in place, range types, what has a collation
/// that is made again, and what gives its name to a type of another kind.
pub(super) fn rebuilt(context: &Context<'_>) -> BTreeSet<QualifiedName> {
    let changes = context.changes;
    let enums = changes.enums.altered.iter().filter(|altered| {
        let used = || uses_new_value(context, &altered.from, &altered.to);
        !keeps_order(&altered.from, &altered.to)
            || takes_over_rows(context, &altered.to)
            || (used() && !is_in_a_kept_key(context, &altered.to.name))
    });
    let domains = changes.domains.altered.iter().filter(|altered| {
        altered.from.data_type != altered.to.data_type
            || altered.from.collation != altered.to.collation
    });
    let others = other_kinds(context).chain(with_collations(context));
    let composites = changes
        .composites
        .altered
        .iter()
        .filter(|altered| !can_be_altered(context, &altered.from, &altered.to));
    let ranges = changes.definitions.altered.iter().filter(|altered| {
        altered.to.kind == DefinitionKind::RangeType && altered.from.text != altered.to.text
    });
    let mut rebuilt: BTreeSet<_> = enums
        .map(|altered| altered.to.name.clone())
        .chain(domains.map(|altered| altered.to.name.clone()))
        .chain(composites.map(|altered| altered.to.name.clone()))
        .chain(ranges.map(|altered| altered.to.name.clone()))
        .chain(others.cloned())
        .collect();
    while spread(context, &mut rebuilt) {}
    rebuilt
}

/// The kind of a type that stands alone.
fn kind(catalog: &Catalog, name: &QualifiedName) -> Option<u8> {
    let range = ObjectRef::Type(name.clone());
    let kinds = [
        catalog.enums.contains_key(name),
        catalog.domains.contains_key(name),
        catalog.composites.contains_key(name),
        catalog.definitions.contains_key(&range),
    ];
    let place = kinds.iter().position(|is_there| *is_there)?;
    u8::try_from(place).ok()
}

/// The types that give their names to types of another kind.
fn other_kinds<'c>(context: &Context<'c>) -> impl Iterator<Item = &'c QualifiedName> {
    let changes = context.changes;
    let enums = changes.enums.dropped.iter().map(|it| &it.name);
    let domains = changes.domains.dropped.iter().map(|it| &it.name);
    let composites = changes.composites.dropped.iter().map(|it| &it.name);
    let ranges = changes.definitions.dropped.iter();
    let ranges = ranges.filter(|it| it.kind == DefinitionKind::RangeType);
    let names = enums.chain(domains).chain(composites);
    let names = names.chain(ranges.map(|it| &it.name));
    names.filter(|name| kind(context.to, name).is_some())
}

/// The kept domains and composite types over a collation that is made again.
fn with_collations<'c>(context: &Context<'c>) -> impl Iterator<Item = &'c QualifiedName> {
    let (from, to) = (context.from, context.to);
    let domains = from.domains.values().filter(|domain| {
        context.is_remade(domain.collation.as_ref()) && to.domains.contains_key(&domain.name)
    });
    let composites = from.composites.values().filter(|composite| {
        let mut attributes = composite.attributes.iter();
        attributes.any(|it| context.is_remade(it.collation.as_ref()))
            && to.composites.contains_key(&composite.name)
    });
    let ranges = context.kept_definitions().filter(|(_, range, _)| {
        let mut uses = range.uses.iter();
        range.kind == DefinitionKind::RangeType
            && uses.any(|used| context.remade_collations.contains(used))
    });
    let domains = domains.map(|it| &it.name);
    let composites = composites.map(|it| &it.name);
    domains
        .chain(composites)
        .chain(ranges.map(|(_, it, _)| &it.name))
}

/// `rebuilt` with the multirange types that come with them.
pub(super) fn with_multiranges(
    catalog: &Catalog,
    rebuilt: &BTreeSet<QualifiedName>,
) -> BTreeSet<QualifiedName> {
    let multiranges = rebuilt.iter().filter_map(|name| multirange(catalog, name));
    rebuilt.iter().cloned().chain(multiranges).collect()
}

/// The multirange type of the range type `name`.
pub(super) fn multirange(catalog: &Catalog, name: &QualifiedName) -> Option<QualifiedName> {
    let range = catalog.definitions.get(&ObjectRef::Type(name.clone()))?;
    range.range().map(|(_, multirange)| multirange)
}

/// A domain or a range over a rebuilt type, or a composite type with an attribute of one, is rebuilt too;
/// says whether there were any.
fn spread(context: &Context<'_>, rebuilt: &mut BTreeSet<QualifiedName>) -> bool {
    let all = with_multiranges(context.from, rebuilt);
    let is_of_rebuilt = |data_type: &DataType| all.iter().any(|name| data_type.is_of(name));
    let ranges = context.kept_definitions().filter(|(_, range, _)| {
        let mut uses = range.uses.iter();
        range.kind == DefinitionKind::RangeType
            && uses.any(|used| matches!(used, ObjectRef::Type(name) if all.contains(name)))
    });
    let domains = context.from.domains.values();
    let domains = domains.filter(|domain| {
        is_of_rebuilt(&domain.data_type) && context.to.domains.contains_key(&domain.name)
    });
    let composites = context.from.composites.values().filter(|composite| {
        let mut attributes = composite.attributes.iter();
        attributes.any(|attribute| is_of_rebuilt(&attribute.data_type))
            && context.to.composites.contains_key(&composite.name)
    });
    let more: Vec<_> = domains
        .map(|domain| domain.name.clone())
        .chain(composites.map(|composite| composite.name.clone()))
        .chain(ranges.map(|(_, range, _)| range.name.clone()))
        .collect();
    let known = rebuilt.len();
    rebuilt.extend(more);
    rebuilt.len() > known
}

/// Attributes are added at the end, and their types cannot change while a column has the type:
/// <https://www.postgresql.org/docs/current/sql-altertype.html>.
fn can_be_altered(context: &Context<'_>, from: &Composite, to: &Composite) -> bool {
    let kept = from.attributes.iter();
    let kept: Vec<_> = kept
        .filter(|attribute| to.attribute(&attribute.name).is_some())
        .collect();
    let in_order = kept
        .iter()
        .zip(&to.attributes)
        .all(|(from, to)| from.name == to.name);
    let retyped = kept.iter().any(|from| {
        to.attribute(&from.name)
            .is_some_and(|to| (&from.data_type, &from.collation) != (&to.data_type, &to.collation))
    });
    let mut columns = context.from.tables.values().flat_map(|it| &it.columns);
    let is_used = columns.any(|column| column.data_type.is_of(&to.name));
    in_order && !(retyped && is_used)
}

/// Range types over something that is made again, and domains that columns hold inside arrays or composite
/// types, and that must look at the values that are there, which PostgreSQL does not:
/// <https://www.postgresql.org/docs/current/sql-alterdomain.html>.
pub(super) fn held(context: &Context<'_>) -> BTreeSet<QualifiedName> {
    let domains = context.from.domains.values();
    let domains = domains.filter(|from| {
        let to = context.to.domains.get(&from.name);
        let looks = to.is_some_and(|to| domains::looks_at_values(context, from, to));
        looks
            && !context.rebuilt.contains(&from.name)
            && context.kept_columns().any(|(_, before, after)| {
                holds(context.from, &before.data_type, &from.name)
                    && holds(context.to, &after.data_type, &from.name)
            })
    });
    let ranges = context.kept_definitions().filter(|(object, range, _)| {
        range.kind == DefinitionKind::RangeType
            && context.is_replaced(object)
            && !context.rebuilt.contains(&range.name)
    });
    let ranges = ranges.map(|(_, range, _)| range.name.clone());
    let domains = domains.map(|domain| domain.name.clone());
    domains.chain(ranges).collect()
}

/// The rebuilt types, those `held`, and those that are made of them.
pub(super) fn with_holders(
    context: &Context<'_>,
    held: &BTreeSet<QualifiedName>,
) -> BTreeSet<QualifiedName> {
    let mut rebuilt = context.rebuilt.union(held).cloned().collect();
    while spread(context, &mut rebuilt) {}
    rebuilt
}

/// Whether values of a type hold some of `domain`, without being such.
pub(super) fn holds(catalog: &Catalog, data_type: &DataType, domain: &QualifiedName) -> bool {
    has(catalog, (data_type, false), domain)
}

/// Whether values of a type are some of `domain`, or hold some.
pub(super) fn is_or_holds(catalog: &Catalog, data_type: &DataType, domain: &QualifiedName) -> bool {
    has(catalog, (data_type, true), domain)
}

fn has(catalog: &Catalog, first: (&DataType, bool), domain: &QualifiedName) -> bool {
    let (mut open, mut seen) = (vec![first], BTreeSet::new());
    while let Some((next, is_inside)) = open.pop() {
        if next.is_of(domain) && (is_inside || next.array) {
            return true;
        }
        let name = QualifiedName::new(&next.schema, &next.name);
        if !seen.insert((name.clone(), is_inside)) {
            continue;
        }
        let over = catalog.domains.get(&name);
        open.extend(over.map(|it| (&it.data_type, is_inside || next.array)));
        let attributes = catalog.composites.get(&name).into_iter();
        let attributes = attributes.flat_map(|it| &it.attributes);
        open.extend(attributes.map(|it| (&it.data_type, true)));
    }
    false
}

fn keeps_order(from: &Enum, to: &Enum) -> bool {
    let mut values = to.values.iter();
    from.values
        .iter()
        .all(|value| values.any(|other| other == value))
}

/// Whether values are added to the enum type `name` that the plan uses, while a partition key that stays
/// holds the type fast: they must be there, committed, before the rest.
pub(super) fn comes_in_a_transaction_of_its_own(
    context: &Context<'_>,
    name: &QualifiedName,
) -> bool {
    let mut altered = context.changes.enums.altered.iter();
    let altered = altered.find(|altered| altered.to.name == *name);
    altered.is_some_and(|altered| {
        !context.rebuilt.contains(name) && uses_new_value(context, &altered.from, &altered.to)
    })
}

/// Whether a kept table has a column of the type in its partition key.
fn is_in_a_kept_key(context: &Context<'_>, name: &QualifiedName) -> bool {
    context.kept_tables().any(|(from, _)| {
        let mut columns = key_columns(from);
        columns.any(|column| column.data_type.is_of(name))
    })
}

/// A new value cannot be used in the transaction that added it:
/// <https://www.postgresql.org/docs/current/sql-altertype.html>.
fn uses_new_value(context: &Context<'_>, from: &Enum, to: &Enum) -> bool {
    let new: Vec<_> = to
        .values
        .iter()
        .filter(|value| !from.values.contains(value))
        .collect();
    let itself = ObjectRef::Type(to.name.clone());
    let says = |sql: &str| {
        new.iter().any(|value| {
            sql.contains(&crate::identifier::quote_literal(value)) || is_in_array(sql, value)
        })
    };
    let of_tables = context.to.tables.values().flat_map(texts::texts);
    let domains = context.to.domains.values();
    let of_domains = domains.flat_map(|domain| {
        let checks = domain.checks.values().map(|it| &it.expression);
        domain.default.iter().chain(checks)
    });
    let of_domains = of_domains.map(|it| (it.sql.as_str(), &it.uses));
    // What stays as it is cannot say a value that was not there.
    let definitions = &context.changes.definitions;
    let made = definitions.altered.iter().map(|it| &it.to);
    let made = made.chain(&definitions.added);
    let of_definitions = made.map(|it| (it.text.as_str(), &it.uses));
    let mut texts = of_tables.chain(of_domains).chain(of_definitions);
    let bounds = context.to.tables.values().filter_map(|table| {
        let partition = table.partition_of.as_ref()?;
        let above = context.to.tables.get(&partition.parent)?;
        let mut columns = key_columns(above);
        columns
            .any(|it| it.data_type.is_of(&to.name))
            .then_some(&partition.bound)
    });
    !new.is_empty()
        && (texts.any(|(sql, uses)| uses.contains(&itself) && says(sql))
            || bounds.into_iter().any(|bound| says(bound)))
}

/// Whether a kept column becomes one of the type: its rows may hold a new value as something else.
fn takes_over_rows(context: &Context<'_>, to: &Enum) -> bool {
    context
        .kept_columns()
        .any(|(_, from, after)| after.data_type.is_of(&to.name) && !from.data_type.is_of(&to.name))
}

/// Whether an array constant, `'{a,b}'::state[]`, may hold `value`.
fn is_in_array(sql: &str, value: &str) -> bool {
    sql.contains("'{") && sql.contains(value)
}
