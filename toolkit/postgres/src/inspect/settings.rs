//! The settings under which a catalog is read. A role or a database may have others as its defaults, and two
//! equal schemas would be printed differently. No I/O here.
//!
//! Of all that <https://www.postgresql.org/docs/current/view-pg-settings.html> lists in 14 to 18, these
//! decide how names and constants are printed or how long that may take; the planner's settings change the
//! speed alone, and what decides how a statement is understood is the affair of who runs it.

/// Each setting with the value under which catalogs are read.
pub(super) const PINNED: [(&str, &str); 12] = [
    // https://www.postgresql.org/docs/current/runtime-config-compatible.html#GUC-QUOTE-ALL-IDENTIFIERS
    ("quote_all_identifiers", "off"),
    // Decides which constants are printed as E'…':
    // https://www.postgresql.org/docs/current/runtime-config-compatible.html#GUC-STANDARD-CONFORMING-STRINGS
    ("standard_conforming_strings", "on"),
    // A constant is printed as a value of its type is:
    // https://www.postgresql.org/docs/current/runtime-config-client.html#RUNTIME-CONFIG-CLIENT-FORMAT
    ("DateStyle", "ISO, MDY"),
    ("IntervalStyle", "postgres"),
    ("TimeZone", "UTC"),
    ("bytea_output", "hex"),
    ("extra_float_digits", "1"),
    ("lc_monetary", "C"),
    // Queries over a large catalog look dear enough to be compiled, which costs more than it saves:
    // https://www.postgresql.org/docs/current/jit-decision.html
    ("jit", "off"),
    // The defaults of a role are meant for its queries.
    ("statement_timeout", "0"),
    ("idle_in_transaction_session_timeout", "0"),
    ("transaction_read_only", "on"),
];
