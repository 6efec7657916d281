//! The kinds of objects beside plain tables, and the bytes of each.
//!
//! Zeros make none of them, so that a pair can have plain tables alone, or some of the kinds.

use crate::{
    about::ABOUT_BYTES,
    bytes::Bytes,
    composite::{COMPOSITE_ABOUTS, COMPOSITE_BYTES},
    domain::{DOMAIN_ABOUTS, DOMAIN_BYTES},
    function::{FUNCTION_ABOUTS, FUNCTION_BYTES},
    partition::PARTITION_BYTES,
    policy::{POLICY_ABOUTS, POLICY_BYTES},
    reader::{READER_ABOUTS, READER_BYTES},
    schema::ENUM_NAMES,
    sequence::SEQUENCE_NAMES,
    table::{TABLE_FURTHER_BYTES, TABLE_NAMES},
    trigger::{TRIGGER_ABOUTS, TRIGGER_BYTES},
    typed::{TYPED_ABOUTS, TYPED_BYTES},
    view::{VIEW_ABOUTS, VIEW_BYTES},
};

/// Comments and privileges: of the schema, of enum types, sequences and tables, of all others.
const ABOUTS: usize = (1 + ENUM_NAMES.len() + SEQUENCE_NAMES.len() + TABLE_NAMES.len())
    * ABOUT_BYTES
    + COMPOSITE_ABOUTS
    + FUNCTION_ABOUTS
    + DOMAIN_ABOUTS
    + TYPED_ABOUTS
    + READER_ABOUTS
    + VIEW_ABOUTS
    + TRIGGER_ABOUTS
    + POLICY_ABOUTS;

/// Each kind with the number of its bytes.
pub const KINDS: [(&str, usize); 11] = [
    ("functions", FUNCTION_BYTES),
    ("domains", DOMAIN_BYTES),
    ("composites", COMPOSITE_BYTES),
    ("typed", TYPED_BYTES),
    // The use of the above by columns, checks and indexes.
    ("uses", TABLE_NAMES.len() * TABLE_FURTHER_BYTES),
    ("partitions", TABLE_NAMES.len() * PARTITION_BYTES),
    ("readers", READER_BYTES),
    ("views", VIEW_BYTES),
    ("triggers", TRIGGER_BYTES),
    ("policies", POLICY_BYTES),
    ("abouts", ABOUTS),
];

/// How many bytes the kinds take.
pub const FURTHER_BYTES: usize = {
    let (mut sum, mut place) = (0, 0);
    while place < KINDS.len() {
        sum += KINDS[place].1;
        place += 1;
    }
    sum
};

/// The bytes of each kind.
pub struct Further<'b> {
    pub functions: Bytes<'b>,
    pub domains: Bytes<'b>,
    pub composites: Bytes<'b>,
    pub typed: Bytes<'b>,
    pub uses: Bytes<'b>,
    pub partitions: Bytes<'b>,
    pub readers: Bytes<'b>,
    pub views: Bytes<'b>,
    pub triggers: Bytes<'b>,
    pub policies: Bytes<'b>,
    pub abouts: Bytes<'b>,
}

impl<'b> Further<'b> {
    pub fn new(bytes: &mut Bytes<'b>) -> Self {
        let [
            functions,
            domains,
            composites,
            typed,
            uses,
            partitions,
            readers,
            views,
            triggers,
            policies,
            abouts,
        ] = KINDS.map(|(_, length)| bytes.stretch(length));
        Self {
            functions,
            domains,
            composites,
            typed,
            uses,
            partitions,
            readers,
            views,
            triggers,
            policies,
            abouts,
        }
    }
}
