//! Who may do what.

use std::collections::{BTreeMap, BTreeSet};

use super::{Catalog, DefinitionKind, ObjectRef};

/// Who has a privilege.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grantee {
    /// Everybody.
    Public,
    /// Who owns the object.
    Owner,
    /// A role.
    Role(String),
}

/// The privileges on one object that differ from what a new one of its kind gives: for each grantee
/// the privileges, each with whether it may be granted on.
pub type Privileges = BTreeMap<Grantee, BTreeMap<Privilege, bool>>;

/// A privilege that somebody passed on who does not own the object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PassedOn {
    /// The privilege.
    pub privilege: Privilege,
    /// Who passed it on.
    pub grantor: String,
    /// Who has it from there.
    pub grantee: Grantee,
    /// Whether it may be passed on again.
    pub grantable: bool,
}

/// One privilege: <https://www.postgresql.org/docs/current/ddl-priv.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Privilege {
    /// `SELECT`.
    Select,
    /// `INSERT`.
    Insert,
    /// `UPDATE`.
    Update,
    /// `DELETE`.
    Delete,
    /// `TRUNCATE`.
    Truncate,
    /// `REFERENCES`.
    References,
    /// `TRIGGER`.
    Trigger,
    /// `MAINTAIN`, from PostgreSQL 17 on.
    Maintain,
    /// `CREATE`.
    Create,
    /// `USAGE`.
    Usage,
    /// `EXECUTE`.
    Execute,
}

impl Privilege {
    const ALL: &[(char, Self, &str)] = &[
        ('r', Self::Select, "SELECT"),
        ('a', Self::Insert, "INSERT"),
        ('w', Self::Update, "UPDATE"),
        ('d', Self::Delete, "DELETE"),
        ('D', Self::Truncate, "TRUNCATE"),
        ('x', Self::References, "REFERENCES"),
        ('t', Self::Trigger, "TRIGGER"),
        ('m', Self::Maintain, "MAINTAIN"),
        ('C', Self::Create, "CREATE"),
        ('U', Self::Usage, "USAGE"),
        ('X', Self::Execute, "EXECUTE"),
    ];

    /// The privilege that PostgreSQL abbreviates so.
    pub fn from_code(code: char) -> Option<Self> {
        let found = Self::ALL.iter().find(|(letter, _, _)| *letter == code);
        found.map(|(_, privilege, _)| *privilege)
    }

    /// Its SQL keyword.
    pub fn keyword(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, it, _)| *it == self);
        found.map_or("ALL", |(_, _, keyword)| keyword)
    }
}

/// What kinds of objects have privileges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Privileged {
    /// Tables, views and materialized views.
    Tables,
    /// Columns.
    Columns,
    /// Sequences.
    Sequences,
    /// Functions, procedures and aggregates.
    Routines,
    /// Types and domains.
    Types,
    /// Schemas.
    Schemas,
    /// Foreign-data wrappers.
    ForeignDataWrappers,
    /// Foreign servers.
    ForeignServers,
    /// Large objects, of which only the default privileges are known.
    LargeObjects,
}

impl Privileged {
    /// The kind of `object`; none where privileges do not exist.
    pub fn of(object: &ObjectRef) -> Option<Self> {
        match object {
            ObjectRef::Schema(_) => Some(Self::Schemas),
            ObjectRef::Type(_) => Some(Self::Types),
            ObjectRef::Sequence(_) => Some(Self::Sequences),
            ObjectRef::Table(_) => Some(Self::Tables),
            ObjectRef::Column(_) => Some(Self::Columns),
            ObjectRef::Definition { kind, .. } if kind.is_routine() => Some(Self::Routines),
            ObjectRef::Definition { kind, .. } if kind.is_relation() => Some(Self::Tables),
            ObjectRef::Definition { kind, .. } if *kind == DefinitionKind::ForeignDataWrapper => {
                Some(Self::ForeignDataWrappers)
            }
            ObjectRef::Definition { kind, .. } if *kind == DefinitionKind::Server => {
                Some(Self::ForeignServers)
            }
            ObjectRef::Definition { .. }
            | ObjectRef::Constraint { .. }
            | ObjectRef::Index { .. }
            | ObjectRef::Unmanaged { .. } => None,
        }
    }

    /// What the owner has from the start.
    fn owners(self, server_version: i32) -> &'static str {
        match self {
            Self::Tables if server_version >= 170_000 => "arwdDxtm",
            Self::Tables => "arwdDxt",
            Self::Columns => "",
            Self::Sequences => "rwU",
            Self::Routines => "X",
            Self::Types | Self::ForeignDataWrappers | Self::ForeignServers => "U",
            Self::Schemas => "UC",
            Self::LargeObjects => "rw",
        }
    }

    /// What everybody has from the start.
    fn publics(self) -> &'static str {
        match self {
            Self::Routines => "X",
            Self::Types => "U",
            Self::Tables
            | Self::Columns
            | Self::Sequences
            | Self::Schemas
            | Self::ForeignDataWrappers
            | Self::ForeignServers
            | Self::LargeObjects => "",
        }
    }

    /// What a new object of the kind gives:
    /// <https://www.postgresql.org/docs/current/ddl-priv.html#PRIVILEGES-SUMMARY-TABLE>.
    pub fn initial(self, server_version: i32) -> Privileges {
        let all = |codes: &str| -> BTreeMap<_, _> {
            let known = codes.chars().filter_map(Privilege::from_code);
            known.map(|privilege| (privilege, false)).collect()
        };
        let pairs = [
            (Grantee::Owner, all(self.owners(server_version))),
            (Grantee::Public, all(self.publics())),
        ];
        pairs
            .into_iter()
            .filter(|(_, privileges)| !privileges.is_empty())
            .collect()
    }
}

/// Privileges that objects get when a role makes them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DefaultPrivilegesOf {
    /// The role that makes the objects.
    pub role: String,
    /// The schema in which it makes them; none for all.
    pub schema: Option<String>,
    /// What it makes.
    pub kind: Privileged,
}

impl Catalog {
    /// The roles that have privileges on something.
    pub fn grantees(&self) -> BTreeSet<String> {
        self.privileges.values().flat_map(roles).collect()
    }

    /// Leaves out the default privileges, and returns the roles that they are for.
    pub fn forget_default_privileges(&mut self) -> BTreeSet<String> {
        let defaults = std::mem::take(&mut self.default_privileges);
        defaults.values().flat_map(roles).collect()
    }

    /// Leaves those privileges of roles that `stays` says.
    pub fn retain_privileges(&mut self, stays: impl Fn(&ObjectRef, &str) -> bool) {
        let version = self.server_version;
        self.privileges.retain(|object, privileges| {
            privileges.retain(|grantee, _| match grantee {
                Grantee::Role(name) => stays(object, name),
                Grantee::Public | Grantee::Owner => true,
            });
            let initial = Privileged::of(object).map(|kind| kind.initial(version));
            initial.as_ref() != Some(privileges)
        });
        self.passed_on.retain(|object, passed_on| {
            passed_on.retain(|it| {
                let of_role = match &it.grantee {
                    Grantee::Role(name) => stays(object, name),
                    Grantee::Public | Grantee::Owner => true,
                };
                of_role && stays(object, &it.grantor)
            });
            !passed_on.is_empty()
        });
    }

    /// Leaves out what roles may do that are not `declared` and that `given` does not know beside the same
    /// object: that is the affair of whoever runs the server.
    pub fn forget_strangers(&mut self, declared: &BTreeSet<String>, given: &Self) {
        let is_given = |object: &ObjectRef, role: &str| {
            let granted = given.privileges.get(object).into_iter().flat_map(roles);
            granted.into_iter().any(|it| it == role)
        };
        self.retain_privileges(|object, role| declared.contains(role) || is_given(object, role));
    }
}

fn roles(privileges: &Privileges) -> Vec<String> {
    let named = privileges.keys().filter_map(|grantee| match grantee {
        Grantee::Role(name) => Some(name.clone()),
        Grantee::Public | Grantee::Owner => None,
    });
    named.collect()
}
