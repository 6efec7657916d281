//! Reads default privileges, and takes access control lists apart:
//! <https://www.postgresql.org/docs/current/ddl-priv.html>.

use std::collections::{BTreeMap, BTreeSet};

use super::row::{Oid, Reader};
use crate::{
    Result,
    catalog::{Grantee, PassedOn, Privilege, Privileged, Privileges},
};

/// Default privileges as read.
pub(super) struct DefaultRow {
    pub(super) role: String,
    pub(super) schema: Oid,
    pub(super) kind: String,
    pub(super) privileges: Option<String>,
}

/// Reads the default privileges in the schemas, and those in none.
pub(super) async fn read_defaults(reader: &Reader<'_>) -> Result<Vec<DefaultRow>> {
    let sql = format!(
        "SELECT pg_catalog.pg_get_userbyid(d.defaclrole)::text, d.defaclnamespace::int8, d.defaclobjtype::text, \
           pg_catalog.array_to_string(d.defaclacl, E'\\n') FROM pg_catalog.pg_default_acl d \
         WHERE d.defaclnamespace = 0::oid OR d.defaclnamespace = ANY({})",
        reader.schemas(),
    );
    reader
        .rows("default privileges", &sql, |row| {
            Ok(DefaultRow {
                role: row.take()?,
                schema: row.take()?,
                kind: row.take()?,
                privileges: row.take()?,
            })
        })
        .await
}

/// The kind of objects that `defaclobjtype` stands for.
pub(super) fn kind(code: &str) -> Option<Privileged> {
    match code {
        "r" => Some(Privileged::Tables),
        "S" => Some(Privileged::Sequences),
        "f" => Some(Privileged::Routines),
        "T" => Some(Privileged::Types),
        "n" => Some(Privileged::Schemas),
        "L" => Some(Privileged::LargeObjects),
        _ => None,
    }
}

/// Who has privileges on an object from the start.
#[derive(Clone, Copy)]
pub(super) enum Owner<'o> {
    /// The owner, who is meant by the name.
    Has(&'o str),
    /// Nobody, as with columns: what the owner is granted is a role's as any other.
    Grants(&'o str),
}

impl Owner<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Has(name) | Self::Grants(name) => name,
        }
    }
}

/// Takes `grantee=privileges/grantor` lines apart. What others than the owner granted is left out.
pub(super) fn parse(list: &str, owner: Owner<'_>) -> Privileges {
    let mut privileges = Privileges::new();
    for item in list.lines().filter_map(|line| Item::new(line, owner)) {
        if item.grantor == owner.name() {
            merge(privileges.entry(item.grantee).or_default(), item.codes);
        }
    }
    privileges
}

/// What others than `owner` granted.
pub(super) fn parse_passed_on(list: &str, owner: Owner<'_>) -> BTreeSet<PassedOn> {
    let mut passed_on = BTreeSet::new();
    for item in list.lines().filter_map(|line| Item::new(line, owner)) {
        if item.grantor == owner.name() {
            continue;
        }
        let mut granted = BTreeMap::new();
        merge(&mut granted, item.codes);
        passed_on.extend(granted.into_iter().map(|(privilege, grantable)| PassedOn {
            privilege,
            grantor: item.grantor.clone(),
            grantee: item.grantee.clone(),
            grantable,
        }));
    }
    passed_on
}

/// One item of an access control list.
struct Item<'l> {
    grantee: Grantee,
    codes: &'l str,
    grantor: String,
}

impl<'l> Item<'l> {
    fn new(line: &'l str, owner: Owner<'_>) -> Option<Self> {
        let (role, rest) = split_role(line)?;
        let (codes, grantor) = rest.split_once('/')?;
        // The grantor is quoted as the grantee is.
        let quoted = format!("{grantor}=");
        let (grantor, _) = split_role(&quoted)?;
        let grantee = if role.is_empty() {
            Grantee::Public
        } else {
            match owner {
                Owner::Has(name) if role == name => Grantee::Owner,
                Owner::Has(_) | Owner::Grants(_) => Grantee::Role(role),
            }
        };
        Some(Self {
            grantee,
            codes,
            grantor,
        })
    }
}

fn merge(granted: &mut BTreeMap<Privilege, bool>, codes: &str) {
    let mut codes = codes.chars().peekable();
    while let Some(code) = codes.next() {
        let grantable = codes.next_if_eq(&'*').is_some();
        if let Some(privilege) = Privilege::from_code(code) {
            *granted.entry(privilege).or_default() |= grantable;
        }
    }
}

/// The role, which stands in quotes where it must, and what is behind the equals sign.
fn split_role(item: &str) -> Option<(String, &str)> {
    let Some(quoted) = item.strip_prefix('"') else {
        let (role, rest) = item.split_once('=')?;
        return Some((role.to_owned(), rest));
    };
    let mut role = String::new();
    let mut chars = quoted.char_indices().peekable();
    while let Some((place, c)) = chars.next() {
        match c {
            '"' if chars.next_if(|(_, next)| *next == '"').is_some() => role.push('"'),
            '"' => return Some((role, quoted[place + 1..].strip_prefix('=')?)),
            _ => role.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_control_list_is_taken_apart() {
        let list = "ann=ar*w/ann\n=r/ann\n\"a \"\"b\"\"=\"=U*/\"b \"\"c\"\"\"";
        let privileges = parse(list, Owner::Has("ann"));
        let select = BTreeMap::from([(Privilege::Select, false)]);
        assert_eq!(privileges.get(&Grantee::Public), Some(&select));
        let of_owner = BTreeMap::from([
            (Privilege::Select, true),
            (Privilege::Insert, false),
            (Privilege::Update, false),
        ]);
        assert_eq!(privileges.get(&Grantee::Owner), Some(&of_owner));
        let odd = Grantee::Role("a \"b\"=".to_owned());
        assert!(!privileges.contains_key(&odd), "it has it from another one");
        let passed_on = PassedOn {
            privilege: Privilege::Usage,
            grantor: "b \"c\"".to_owned(),
            grantee: odd,
            grantable: true,
        };
        let others = parse_passed_on(list, Owner::Has("ann"));
        assert_eq!(others, BTreeSet::from([passed_on]));
    }
}
