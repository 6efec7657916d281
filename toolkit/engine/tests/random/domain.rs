//! Domains with their checks, over one another too.

use std::fmt::Write;

use crate::{
    about::{self, ABOUT_BYTES, Object},
    bytes::Bytes,
    column::Kind,
    function::Functions,
};

const SLOT_BYTES: usize = 8;
pub const DOMAIN_BYTES: usize = SLOTS.len() * SLOT_BYTES;
/// A domain's own, and that of its check.
pub const DOMAIN_ABOUTS: usize = SLOTS.len() * 2 * ABOUT_BYTES;

/// A domain's name, the types it may be over, defaults and checks for it.
struct Slot {
    name: &'static str,
    /// The type itself, and the places of domains that it may be over instead.
    base: &'static str,
    over: &'static [usize],
    defaults: [&'static str; 3],
    checks: [&'static str; 3],
}

const SLOTS: [Slot; 5] = [
    Slot {
        name: "code",
        base: "text",
        over: &[],
        defaults: ["'x'", "'y'", "upper('z')"],
        checks: [
            "VALUE <> 'q'",
            "length(VALUE) < 30",
            "VALUE NOT IN ('q', 'r;')",
        ],
    },
    Slot {
        name: "\"Amount\"",
        base: "integer",
        over: &[],
        defaults: ["1", "-1", "1 + 1"],
        checks: [
            "VALUE <> 77",
            "VALUE BETWEEN -99 AND 99000",
            "VALUE NOT IN (77, 78)",
        ],
    },
    Slot {
        name: "short_code",
        base: "text",
        over: &[0],
        defaults: ["'x'", "'y'", "'it''s'"],
        checks: ["VALUE <> 'qq'", "length(VALUE) < 20", "VALUE !~ '^q'"],
    },
    Slot {
        name: "price",
        base: "numeric(10,2)",
        over: &[],
        defaults: ["0", "1.5", "-1"],
        checks: ["VALUE <> 77", "VALUE < 99000", "VALUE NOT IN (77, 78)"],
    },
    Slot {
        name: "few",
        base: "integer",
        over: &[1],
        defaults: ["3", "-3", "1 + 2"],
        checks: ["VALUE <> 78", "VALUE < 50000", "VALUE NOT IN (76, 75)"],
    },
];

/// A domain that exists.
#[derive(Debug, Clone, Copy)]
pub struct Domain {
    pub name: &'static str,
    /// What it is a domain over in the end.
    pub base: &'static str,
    pub is_nullable: bool,
}

/// Writes the domains that `bytes` describe, each at its place.
pub fn all(
    sql: &mut String,
    bytes: &mut Bytes<'_>,
    abouts: &mut Bytes<'_>,
    functions: &Functions,
) -> [Option<Domain>; SLOTS.len()] {
    let mut domains = [None; SLOTS.len()];
    for (place, slot) in SLOTS.iter().enumerate() {
        let mut bytes = bytes.stretch(SLOT_BYTES);
        let abouts = [(); 2].map(|()| abouts.stretch(ABOUT_BYTES));
        if bytes.one_in(2) {
            domains[place] = Some(create(sql, slot, bytes, abouts, &domains, functions));
        }
    }
    domains
}

fn create(
    sql: &mut String,
    slot: &Slot,
    mut bytes: Bytes<'_>,
    [about, mut about_check]: [Bytes<'_>; 2],
    domains: &[Option<Domain>],
    functions: &Functions,
) -> Domain {
    let Slot {
        name,
        base,
        over,
        defaults,
        checks,
    } = slot;
    let is_over = bytes.one_in(2);
    let over = over.iter().find_map(|place| domains[*place]);
    let over = over.filter(|_| is_over);
    let of = over.map_or(*base, |domain| domain.name);
    let collation = match bytes.pick(4) {
        3 if *base == "text" => " COLLATE \"C\"",
        _ => "",
    };
    let default = match bytes.pick(6) {
        variant @ 3..=5 => format!(" DEFAULT {}", defaults[variant - 3]),
        _ => String::new(),
    };
    let is_not_null = bytes.pick(5) == 4;
    let not_null = if is_not_null { " NOT NULL" } else { "" };
    let plain = name.trim_matches('"');
    let mut constraints = String::new();
    if let variant @ 1..=3 = bytes.pick(4) {
        let _ = write!(
            constraints,
            " CONSTRAINT \"{plain} fits\" CHECK ({})",
            checks[variant - 1]
        );
    }
    let kind = Kind::of(base);
    let called = bytes.one_in(2);
    let condition = functions.condition(bytes.pick(4), "VALUE", kind);
    if let Some(condition) = condition.filter(|_| called) {
        let _ = write!(
            constraints,
            " CONSTRAINT {plain}_called CHECK ({condition})"
        );
    }
    let _ = writeln!(
        sql,
        "CREATE DOMAIN {name} AS {of}{collation}{default}{not_null}{constraints};"
    );
    about::write(sql, about, &Object::new("DOMAIN", name, "USAGE"));
    if constraints.contains("fits") {
        let check = format!("\"{plain} fits\" ON DOMAIN {name}");
        about::comment(sql, &mut about_check, "CONSTRAINT", &check);
    }
    Domain {
        name,
        base,
        is_nullable: !is_not_null && over.is_none_or(|domain| domain.is_nullable),
    }
}
