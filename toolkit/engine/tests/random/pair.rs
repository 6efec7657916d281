//! Pairs of schemas as bytes: which kinds of objects they have, and how a failing one gets smaller.

use std::{collections::VecDeque, ops::Range};

use proptest::{
    collection::vec,
    prelude::any,
    strategy::{NewTree, Strategy, ValueTree},
    test_runner::TestRunner,
};

use crate::{
    further::KINDS,
    schema::{BYTES, Ordered, PLAIN_BYTES, Schema, absences},
    table::TABLE_NAMES,
};

/// The most bytes in which the second schema of a pair differs from the first: of tables alone, and
/// of all kinds.
const MUTATIONS: usize = 60;
const FURTHER_MUTATIONS: usize = 110;

/// Two schemas: the bytes of the first, and what is different in the second.
#[derive(Debug, Clone)]
pub struct Pair {
    from: Vec<u8>,
    mutations: Vec<(usize, u8)>,
}

impl Pair {
    /// The schemas, for a server of version `major`.
    pub fn schemas(&self, major: u32) -> [Schema; 2] {
        let mut to = self.from.clone();
        for (place, byte) in &self.mutations {
            to[*place] = *byte;
        }
        let read = |ordered: &Ordered| {
            [
                Schema::new(&self.from, major, ordered),
                Schema::new(&to, major, ordered),
            ]
        };
        let ordered = ordered(&read(&Ordered::new()));
        read(&ordered)
    }
}

/// The tables whose columns have the order of the second schema after any migration: PostgreSQL puts a
/// column that is added, or generated anew, behind the others.
fn ordered([from, to]: &[Schema; 2]) -> Ordered {
    let columns = |schema: &Schema, name: &str| {
        let table = schema.tables.get(name)?;
        let columns = table.columns.iter();
        Some(
            columns
                .map(|it| (it.name, it.generated))
                .collect::<Vec<_>>(),
        )
    };
    let stays = |name: &&str| match (columns(from, name), columns(to, name)) {
        (Some(from), Some(to)) => from == to && !from.iter().any(|(_, generated)| *generated),
        (None, _) | (_, None) => true,
    };
    TABLE_NAMES.into_iter().filter(stays).collect()
}

/// Which pairs there are.
#[derive(Debug, Clone)]
pub struct Pairs {
    /// How many pairs of a hundred have more than tables.
    pub share: u8,
    /// The kinds that they may have, by their place.
    pub kinds: Vec<usize>,
    /// The server's version.
    pub major: u32,
}

impl Strategy for Pairs {
    type Tree = Shrinking;
    type Value = Pair;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let is_further = (0..100_u8).new_tree(runner)?.current() < self.share;
        // Each kind is in half of the pairs, so that what fails does not hide behind another.
        let mut places: Vec<usize> = (0..PLAIN_BYTES).collect();
        let mut start = PLAIN_BYTES;
        for (kind, (_, length)) in KINDS.into_iter().enumerate() {
            if is_further && self.kinds.contains(&kind) && any::<bool>().new_tree(runner)?.current()
            {
                places.extend(start..start + length);
            }
            start += length;
        }
        let most = if is_further {
            FURTHER_MUTATIONS
        } else {
            MUTATIONS
        };
        let mutations = vec((0..places.len(), any::<u8>()), 0..most).new_tree(runner)?;
        let bytes = vec(any::<u8>(), places.len()).new_tree(runner)?;
        let mut from = vec![0; BYTES];
        for (place, byte) in places.iter().zip(bytes.current()) {
            from[*place] = byte;
        }
        let mutations = mutations.current().into_iter();
        let mutations = mutations.map(|(place, byte)| (places[place], byte));
        let pair = Pair {
            from,
            mutations: mutations.collect(),
        };
        Ok(Shrinking::new(pair, self.major))
    }
}

/// What can be taken from a pair.
#[derive(Debug, Clone)]
enum Cut {
    /// These differences.
    Mutations(Range<usize>),
    /// What these bytes describe.
    Bytes(Range<usize>),
    /// The object that this byte says to be there.
    Object(usize),
}

/// A pair that gets smaller: halves are taken away, then halves of what cannot go.
pub struct Shrinking {
    pair: Pair,
    /// Each mutation with whether it is still there.
    mutations: Vec<Option<(usize, u8)>>,
    cuts: VecDeque<Cut>,
    /// The last cut, and what was before it.
    last: Option<(Cut, Before)>,
    absences: Vec<usize>,
    major: u32,
}

/// What there was before a cut.
type Before = (Pair, Vec<Option<(usize, u8)>>);

impl Shrinking {
    fn new(pair: Pair, major: u32) -> Self {
        let mut cuts = VecDeque::from([Cut::Mutations(0..pair.mutations.len())]);
        let mut start = PLAIN_BYTES;
        for (_, length) in KINDS {
            cuts.push_back(Cut::Bytes(start..start + length));
            start += length;
        }
        let absences: Vec<_> = absences().collect();
        cuts.extend(absences.iter().copied().map(Cut::Object));
        cuts.push_back(Cut::Bytes(0..PLAIN_BYTES));
        Self {
            mutations: pair.mutations.iter().copied().map(Some).collect(),
            pair,
            cuts,
            last: None,
            absences,
            major,
        }
    }

    fn cut(&mut self, cut: &Cut) {
        match cut {
            Cut::Mutations(range) => {
                self.mutations[range.clone()].fill(None);
                self.pair.mutations = self.mutations.iter().copied().flatten().collect();
            }
            Cut::Bytes(range) => {
                for place in range.clone() {
                    let is_absence = self.absences.contains(&place);
                    let byte = &mut self.pair.from[place];
                    if !(is_absence && *byte == u8::MAX) {
                        *byte = 0;
                    }
                }
            }
            Cut::Object(place) => self.pair.from[*place] = u8::MAX,
        }
    }

    fn statements(&self) -> [String; 2] {
        self.pair.schemas(self.major).map(|schema| schema.sql)
    }

    /// Makes the next cut that makes a difference.
    fn next(&mut self) -> bool {
        while let Some(cut) = self.cuts.pop_front() {
            let before = (self.pair.clone(), self.mutations.clone());
            let statements = self.statements();
            self.cut(&cut);
            if self.statements() != statements {
                self.last = Some((cut, before));
                return true;
            }
        }
        false
    }
}

impl ValueTree for Shrinking {
    type Value = Pair;

    fn current(&self) -> Pair {
        self.pair.clone()
    }

    fn simplify(&mut self) -> bool {
        self.next()
    }

    fn complicate(&mut self) -> bool {
        let Some((cut, before)) = self.last.take() else {
            return false;
        };
        (self.pair, self.mutations) = before;
        let halves = |range: &Range<usize>| {
            let middle = usize::midpoint(range.start, range.end);
            [range.start..middle, middle..range.end]
        };
        match &cut {
            Cut::Mutations(range) if range.len() > 1 => {
                self.cuts.extend(halves(range).map(Cut::Mutations));
            }
            Cut::Bytes(range) if range.len() > 1 => {
                self.cuts.extend(halves(range).map(Cut::Bytes));
            }
            Cut::Mutations(_) | Cut::Bytes(_) | Cut::Object(_) => {}
        }
        self.next()
    }
}
