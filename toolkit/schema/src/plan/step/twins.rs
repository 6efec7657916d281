//! Two columns that hold the same for as long as old and new code run beside each other.

use crate::{
    catalog::{Column, ColumnRef, DataType, QualifiedName},
    diff::Altered,
    plan::{Conversion, casts::conversion},
};

/// A column and the one that takes its place, kept equal by a trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twins {
    /// The table.
    pub table: QualifiedName,
    /// The names of the column that goes and of the one that comes.
    pub columns: Altered<String>,
    /// Their types.
    pub data_type: Altered<DataType>,
    /// How a value of the column that goes becomes one of the other.
    pub there: Conversion,
    /// How a value of the column that comes becomes one of the other.
    pub back: Conversion,
    /// The function of the trigger.
    pub function: QualifiedName,
    /// The trigger.
    pub trigger: String,
}

impl Twins {
    /// Of two columns of `table`.
    pub(crate) fn new(
        table: &QualifiedName,
        [from, to]: [&Column; 2],
        function: QualifiedName,
        trigger: String,
    ) -> Self {
        Self {
            table: table.clone(),
            columns: Altered {
                from: from.name.clone(),
                to: to.name.clone(),
            },
            data_type: Altered {
                from: (*from.data_type).clone(),
                to: (*to.data_type).clone(),
            },
            there: conversion(&from.data_type, &to.data_type),
            back: conversion(&to.data_type, &from.data_type),
            function,
            trigger,
        }
    }

    /// The column that goes.
    pub fn from(&self) -> ColumnRef {
        ColumnRef::new(&self.table, &self.columns.from)
    }

    /// The column that comes.
    pub fn to(&self) -> ColumnRef {
        ColumnRef::new(&self.table, &self.columns.to)
    }
}

/// What is done for two such columns: one statement each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TwinsStep {
    /// `CREATE FUNCTION`, of the trigger.
    CreateFunction,
    /// `CREATE TRIGGER`, which keeps them equal both ways from then on.
    CreateTrigger,
    /// The rows that are there, a few pages of the table after the other, in transactions of their own.
    Backfill,
    /// The column that goes is filled from the other one in the same way: on the way back.
    FillBack,
    /// `DROP TRIGGER`.
    DropTrigger,
    /// `DROP FUNCTION`.
    DropFunction,
}
