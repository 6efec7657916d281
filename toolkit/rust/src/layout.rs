//! How expressions are laid out: as rustfmt's default style would, so that it finds nothing to do.
//!
//! <https://github.com/rust-lang/rust/blob/master/src/doc/style-guide/src/expressions.md>, and for
//! the widths <https://rust-lang.github.io/rustfmt/?version=master#use_small_heuristics>.

use super::{
    code::{Code, Link},
    literal,
};

/// The longest line.
pub(super) const MAX_WIDTH: usize = 100;
/// The widest list of several arguments, array or chain on one line.
const SMALL: usize = 60;
/// Items up to this width share lines in a list that needs several.
const SHORT_ITEM: usize = 10;
const TAB: usize = 4;

/// Where an expression stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The indentation of the line that it starts in.
    pub(super) indent: usize,
    /// The column that it starts at.
    pub(super) column: usize,
    /// How many characters follow it on its last line.
    pub(super) tail: usize,
}

impl Place {
    /// The start of a line.
    pub(super) fn line(indent: usize, tail: usize) -> Self {
        Self {
            indent,
            column: indent,
            tail,
        }
    }

    fn after(self, text: &str) -> Self {
        Self {
            column: self.column + width(text),
            ..self
        }
    }

    fn fits(self, text: &str) -> bool {
        self.column + width(text) + self.tail <= MAX_WIDTH
    }
}

/// `code` as it stands at `place`, without the first line's indentation.
pub(super) fn write(code: &Code, place: Place) -> String {
    if let Some(line) = flat(code).filter(|line| place.fits(line)) {
        return line;
    }
    match code {
        Code::Raw(text) => text.clone(),
        Code::Text(text) => literal::one_line(text),
        Code::Sql(sql) => literal::broken(sql, place),
        Code::SqlLines(sql) => literal::lines(sql, place),
        Code::Call(callee, items) | Code::Helper(callee, items) => {
            format!("{callee}{}", list(['(', ')'], items, place.after(callee)))
        }
        Code::Array(items) => list(['[', ']'], items, place),
        Code::Chain(root, links) => chain(root, links, place),
    }
}

/// `code` on one line, if it may stand on one whatever its place.
fn flat(code: &Code) -> Option<String> {
    match code {
        Code::Raw(text) => Some(text.clone()),
        Code::Text(text) => Some(literal::one_line(text)),
        Code::Sql(sql) if literal::has_body(sql) => None,
        Code::Sql(sql) => Some(literal::one_line(&literal::without_line_breaks(sql))),
        Code::SqlLines(sql) => (!sql.contains('\n')).then(|| literal::one_line(sql)),
        Code::Call(callee, items) | Code::Helper(callee, items) => {
            Some(format!("{callee}({})", flat_list(items)?))
        }
        Code::Array(items) => Some(format!("[{}]", flat_list(items)?)),
        Code::Chain(root, links) => {
            let links_flat = links.iter().map(flat_link).collect::<Option<Vec<_>>>()?;
            let line = format!("{}{}", flat(root)?, links_flat.concat());
            (links.len() == 1 || width(&line) <= SMALL).then_some(line)
        }
    }
}

fn flat_list(items: &[Code]) -> Option<String> {
    let line = items
        .iter()
        .map(flat)
        .collect::<Option<Vec<_>>>()?
        .join(", ");
    let is_narrow = match items {
        // A lone call is as narrow as several arguments are; any other lone argument need not be.
        [only] => !is_call(only) || width(&line) <= SMALL,
        _ => width(&line) <= SMALL,
    };
    is_narrow.then_some(line)
}

/// Whether it is a call; tuples are none.
fn is_call(code: &Code) -> bool {
    match code {
        Code::Call(callee, _) => !callee.is_empty(),
        Code::Helper(..) => true,
        Code::Raw(_)
        | Code::Text(_)
        | Code::Sql(_)
        | Code::SqlLines(_)
        | Code::Array(_)
        | Code::Chain(..) => false,
    }
}

fn flat_link(link: &Link) -> Option<String> {
    match link {
        Link::Method(name, arguments) => Some(format!(".{name}({})", flat_list(arguments)?)),
        Link::Await => Some(".await".to_owned()),
        Link::AwaitTry => Some(".await?".to_owned()),
    }
}

fn link(link: &Link, place: Place) -> String {
    match link {
        Link::Method(name, arguments) => {
            let name = format!(".{name}");
            format!("{name}{}", list(['(', ')'], arguments, place.after(&name)))
        }
        Link::Await => ".await".to_owned(),
        Link::AwaitTry => ".await?".to_owned(),
    }
}

fn chain(root: &Code, links: &[Link], place: Place) -> String {
    let mut written = write(root, Place { tail: 1, ..place });
    if let Some(overflowed) = overflow_last(&written, links, place) {
        return overflowed;
    }
    // Behind a closing parenthesis on a line of its own the links need no further indentation.
    let line = Place::line(
        if written.contains('\n') {
            place.indent
        } else {
            place.indent + TAB
        },
        0,
    );
    // A root that is no wider than the indentation takes the first link along.
    let joined = usize::from(width(&written) <= TAB);
    if let (1, Some(first)) = (joined, links.first()) {
        written.push_str(&link(first, place.after(&written)));
    }
    for (number, next) in links.iter().enumerate().skip(joined) {
        let tail = if number + 1 == links.len() {
            place.tail
        } else {
            0
        };
        written.push_str(&new_line(line.indent));
        written.push_str(&link(next, Place { tail, ..line }));
    }
    written
}

/// All but the last link on one line, which goes on below: where that takes no more lines than a
/// line for each link.
fn overflow_last(root: &str, links: &[Link], place: Place) -> Option<String> {
    let (last, before) = links.split_last()?;
    let before = before
        .iter()
        .map(flat_link)
        .collect::<Option<Vec<_>>>()?
        .concat();
    let start = format!("{root}{before}");
    let budget = MAX_WIDTH.checked_sub(place.column + place.tail)?;
    let budget = if links.len() == 1 {
        budget
    } else {
        budget.min(SMALL)
    };
    let budget = budget
        .checked_sub(width(&start))
        .filter(|_| !start.contains('\n'))?;
    let overflowed = link(last, place.after(&start));
    let own_line = link(last, Place::line(place.indent + TAB, place.tail));
    let wins =
        overflowed.lines().count() >= 5 || own_line.lines().count() >= overflowed.lines().count();
    (first_line(&overflowed) <= budget && wins && overflowed.contains('\n'))
        .then(|| format!("{start}{overflowed}"))
}

fn list([open, close]: [char; 2], items: &[Code], place: Place) -> String {
    if let Some(line) = flat_list(items).map(|items| format!("{open}{items}{close}"))
        && place.fits(&line)
    {
        return line;
    }
    broken_list([open, close], items, place)
}

fn broken_list([open, close]: [char; 2], items: &[Code], place: Place) -> String {
    if let [only] = items
        && let Some(overflowed) = overflow(
            only,
            Place {
                column: place.column + 1,
                tail: place.tail + 1,
                ..place
            },
        )
    {
        return format!("{open}{overflowed}{close}");
    }
    let indent = place.indent + TAB;
    let body = if let Some(lines) = shared_lines(items, indent) {
        lines
    } else {
        let each = items.iter().map(|item| {
            format!(
                "{}{},",
                new_line(indent),
                write(item, Place::line(indent, 1))
            )
        });
        each.collect()
    };
    format!("{open}{body}{}{close}", new_line(place.indent))
}

/// `f(code(…))` broken inside the inner parentheses.
fn overflow(code: &Code, place: Place) -> Option<String> {
    match code {
        Code::Call(callee, items) | Code::Helper(callee, items) => {
            let list = broken_list(['(', ')'], items, place.after(callee));
            let call = format!("{callee}{list}");
            (place.column + first_line(&call) + 1 < MAX_WIDTH).then_some(call)
        }
        Code::Array(items) => Some(broken_list(['[', ']'], items, place)),
        Code::Chain(root, links) => {
            let chain = overflow_last(&flat(root)?, links, place)?;
            (first_line(&chain) <= SMALL).then_some(chain)
        }
        Code::Raw(_) | Code::Text(_) | Code::Sql(_) | Code::SqlLines(_) => None,
    }
}

/// Short items fill lines.
fn shared_lines(items: &[Code], indent: usize) -> Option<String> {
    let items = items.iter().map(short).collect::<Option<Vec<_>>>()?;
    let mut lines = String::new();
    let mut column = MAX_WIDTH;
    let last = items.len().saturating_sub(1);
    for (number, item) in items.into_iter().enumerate() {
        let comma = usize::from(number < last);
        if column + width(&item) + 1 + comma > MAX_WIDTH {
            lines.truncate(lines.trim_end().len());
            lines.push_str(&new_line(indent));
            column = indent;
        }
        lines.push_str(&item);
        lines.push_str(", ");
        column += width(&item) + 2;
    }
    lines.truncate(lines.trim_end().len());
    Some(lines)
}

fn short(code: &Code) -> Option<String> {
    match code {
        Code::Raw(_) | Code::Text(_) | Code::Sql(_) => {
            flat(code).filter(|item| width(item) <= SHORT_ITEM)
        }
        Code::SqlLines(_)
        | Code::Call(..)
        | Code::Helper(..)
        | Code::Array(_)
        | Code::Chain(..) => None,
    }
}

/// The width of the first line.
fn first_line(text: &str) -> usize {
    text.lines().next().map_or(0, width)
}

pub(super) fn new_line(indent: usize) -> String {
    format!("\n{}", " ".repeat(indent))
}

pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}
