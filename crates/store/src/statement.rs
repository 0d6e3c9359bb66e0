//! Registered statements: a name, a text, the row they give, how many arguments they take.
use crate::engine::Engine;
use crate::row::{Columns, FromRow};
use crate::value::{Kind, Value};
use std::marker::PhantomData;
use std::sync::{OnceLock, PoisonError, RwLock, atomic::AtomicU64, atomic::Ordering::Relaxed};

/// Everything known about a statement; one static for each `sql!`.
pub struct Meta {
    /// `room.verb_noun`: the room is the part before the point.
    pub name: &'static str,
    pub text: &'static str,
    pub file: &'static str,
    pub line: u32,
    pub params: usize,
    pub columns: Columns,
    rendered: [OnceLock<String>; 2],
    /// The kind of each argument as first seen, four bits each: PostgreSQL keeps the types of the first preparation,
    /// so that another kind for the same text would be stored as garbage.
    kinds: [AtomicU64; 2],
    /// The texts with several rows of values.
    wide: RwLock<Vec<(Wide, &'static str)>>,
}

/// How a text takes several rows at once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wide {
    /// This many groups of values.
    Rows(Engine, usize),
    /// A list for each parameter whose bit is set; the others are NULL in every row.
    Lists(u32),
}

#[doc(hidden)]
pub struct Entry(pub &'static Meta);
inventory::collect!(Entry);

/// All statements of the program, in no order.
pub fn registry() -> impl Iterator<Item = &'static Meta> {
    inventory::iter::<Entry>().map(|entry| entry.0)
}

/// A statement giving rows `R` and taking exactly `N` arguments.
pub struct Sql<R, const N: usize> {
    pub meta: &'static Meta,
    row: PhantomData<fn() -> R>,
}
impl<R, const N: usize> Clone for Sql<R, N> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<R, const N: usize> Copy for Sql<R, N> {}
impl<R: FromRow, const N: usize> Sql<R, N> {
    pub const fn new(meta: &'static Meta) -> Self {
        Sql { meta, row: PhantomData }
    }
}

impl Meta {
    pub const fn new(name: &'static str, text: &'static str, file: &'static str, line: u32, columns: Columns) -> Meta {
        Meta {
            name,
            text,
            file,
            line,
            params: count_params(text),
            columns,
            rendered: [const { OnceLock::new() }; 2],
            kinds: [const { AtomicU64::new(0) }; 2],
            wide: RwLock::new(Vec::new()),
        }
    }

    /// The text as an engine wants it.
    pub fn text_for(&'static self, engine: Engine) -> &'static str {
        self.rendered[engine as usize].get_or_init(|| render(self.text, engine))
    }

    /// The text with its `VALUES ($1, …)` repeated for `rows` rows, so that it may be padded if it is plain. At most five
    /// sizes are asked for, so that the texts can be kept for ever.
    pub(crate) fn widened(&'static self, engine: Engine, rows: usize) -> &'static str {
        let text = self.text_for(engine);
        if rows == 1 {
            return text;
        }
        self.keep(Wide::Rows(engine, rows), || match engine {
            Engine::Sqlite if is_plain(text, self.params) => widen_plain(text, rows),
            _ => widen(text, self.params, rows),
        })
    }

    /// The text for PostgreSQL that takes each parameter as a list with a value for each row, whatever their number, and
    /// the kinds of those lists: a parameter of no kind was never anything but NULL, and has no list. None where a
    /// parameter also stands outside the values, or is a list already.
    pub(crate) fn gathered(&'static self) -> Option<(&'static str, Vec<Kind>)> {
        let text = self.text_for(Engine::Postgres);
        let (start, end) = values_of(text);
        let kinds: Vec<Kind> = (0..self.params).map(|place| Kind::of_number(self.kind_at(place))).collect();
        let is_list = |kind: &Kind| matches!(kind, Kind::I64s | Kind::Texts | Kind::Blobs);
        if text[..start].contains('$') || text[end..].contains('$') || kinds.iter().any(is_list) {
            return None;
        }
        let has_list: Vec<bool> = kinds.iter().map(|kind| *kind != Kind::Null).collect();
        let mask = has_list.iter().enumerate().map(|(place, has)| u32::from(*has) << place).sum();
        (mask != 0).then(|| (self.keep(Wide::Lists(mask), || gather(text, &has_list)), kinds))
    }

    /// The text of a width, made when it is first wanted.
    fn keep(&'static self, width: Wide, make: impl FnOnce() -> String) -> &'static str {
        let kept = |wide: &[(Wide, &'static str)]| wide.iter().find(|one| one.0 == width).map(|one| one.1);
        if let Some(text) = kept(&self.wide.read().unwrap_or_else(PoisonError::into_inner)) {
            return text;
        }
        let mut wide = self.wide.write().unwrap_or_else(PoisonError::into_inner);
        kept(&wide).unwrap_or_else(|| {
            let text: &'static str = make().leak();
            wide.push((width, text));
            text
        })
    }

    /// The kind of an argument as first seen, as its number.
    fn kind_at(&self, place: usize) -> u64 {
        (self.kinds[place / 16].load(Relaxed) >> ((place % 16) * 4)) & 15
    }

    pub fn room(&self) -> &'static str {
        self.name.split('.').next().unwrap_or(self.name)
    }

    /// What a `get` of this statement looks for: `people.get_person` looks for a “person”.
    pub fn noun(&self) -> &'static str {
        let verb_noun = self.name.rsplit('.').next().unwrap_or(self.name);
        verb_noun.split_once('_').map_or(verb_noun, |(_, noun)| noun)
    }

    /// Refuses an argument of another kind than the first call had: (argument, kind then, kind now).
    pub(crate) fn check_kinds(&self, args: &[Value]) -> Result<(), (usize, u8, Kind)> {
        for (place, value) in args.iter().enumerate() {
            let kind = value.kind() as u64;
            let first = self.kind_at(place);
            if kind == 0 || kind == first {
                continue;
            }
            if first != 0 {
                return Err((place + 1, first as u8, value.kind()));
            }
            self.kinds[place / 16].fetch_or(kind << ((place % 16) * 4), Relaxed);
        }
        Ok(())
    }
}

/// The rewrites, and there are no others: `= ANY($n)`, `<> ALL($n)` and `= ANY_ID($n)` become `IN (SELECT …)` on
/// SQLite; `/*sqlite …*/` and `/*pg …*/` are uncommented on their engine.
pub(crate) fn render(text: &str, engine: Engine) -> String {
    let mut s = text.to_owned();
    let (mine, other) = match engine {
        Engine::Sqlite => ("/*sqlite ", "/*pg "),
        Engine::Postgres => ("/*pg ", "/*sqlite "),
    };
    let end_of = |s: &str, start: usize| start + s[start..].find("*/").expect("an engine comment is not closed");
    while let Some(start) = s.find(mine) {
        let end = end_of(&s, start);
        s.replace_range(end..end + 2, "");
        s.replace_range(start..start + mine.len(), "");
    }
    while let Some(start) = s.find(other) {
        let end = end_of(&s, start);
        s.replace_range(start..end + 2, "");
    }
    let lists = match engine {
        Engine::Sqlite => [
            ("= ANY($", "IN (SELECT value FROM json_each($", "))"),
            ("<> ALL($", "NOT IN (SELECT value FROM json_each($", "))"),
            ("= ANY_ID($", "IN (SELECT unhex(value) FROM json_each($", "))"),
        ]
        .as_slice(),
        Engine::Postgres => [("= ANY_ID($", "= ANY($", ")")].as_slice(),
    };
    for (from, to, close) in lists {
        while let Some(start) = s.find(from) {
            let end = start + s[start..].find(')').expect("a list is not closed");
            s.replace_range(end..=end, close);
            s.replace_range(start..start + from.len(), to);
        }
    }
    s
}

/// Where the one group of values begins and ends.
fn values_of(text: &str) -> (usize, usize) {
    let start = text.find("VALUES (").expect("insert_rows needs a VALUES (…)") + "VALUES ".len();
    let mut depth = 0;
    let closed = text[start..].find(|c| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0
    });
    (start, start + closed.expect("the VALUES (…) is not closed") + 1)
}

/// Whether each parameter stands in the group of values once, in order, and nowhere else, and the first column is the
/// first parameter: then SQLite need not know their numbers, and a row without its key is a missing one.
pub(crate) fn is_plain(text: &str, params: usize) -> bool {
    let (start, end) = values_of(text);
    let begins_with_key = ["($1,", "($1)", "(CAST($1 "].iter().any(|key| text[start..end].starts_with(key));
    let numbers = text[start..end].split('$').skip(1).map(|part| {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        part[..digits].parse().unwrap_or(0)
    });
    begins_with_key && numbers.eq(1..=params) && !text[..start].contains('$') && !text[end..].contains('$')
}

/// Repeats the one group of values; the parameters of each repetition follow those of the one before.
pub(crate) fn widen(text: &str, params: usize, rows: usize) -> String {
    let (start, end) = values_of(text);
    let groups: Vec<String> = (0..rows).map(|row| renumber(&text[start..end], row * params)).collect();
    format!("{}{}{}", &text[..start], groups.join(", "), &text[end..])
}

/// The same for a plain text on SQLite, so that a row whose first parameter is NULL does nothing: one width then serves
/// every smaller number of rows. As one of the rows to insert it is left out; as one to join with it matches nothing.
pub(crate) fn widen_plain(text: &str, rows: usize) -> String {
    let (start, end) = values_of(text);
    let mut group = String::new();
    for (nth, part) in text[start..end].split('$').enumerate() {
        let part = if nth == 0 { part } else { part.trim_start_matches(|c: char| c.is_ascii_digit()) };
        group.push_str(if nth == 0 { "" } else { "?" });
        group.push_str(part);
    }
    let values = format!("VALUES {}", vec![group.as_str(); rows].join(", "));
    let before = &text[..start - "VALUES ".len()];
    if before.trim_end().ends_with('(') {
        return format!("{before}{values}{}", &text[end..]);
    }
    let columns: Vec<String> = (1..=columns_of(&group).len()).map(|n| format!("column{n}")).collect();
    format!("{before}SELECT {} FROM ({values}) WHERE column1 IS NOT NULL{}", columns.join(", "), &text[end..])
}

/// The columns of a group of values in its parentheses.
fn columns_of(group: &str) -> Vec<&str> {
    let (mut depth, mut first, mut columns) = (0, 1, Vec::new());
    for (at, letter) in group.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 || depth == 1 && letter == ',' {
            columns.push(group[first..at].trim());
            first = at + 1;
        }
    }
    columns
}

/// The rows of the one group of values from a list for each parameter that has one.
pub(crate) fn gather(text: &str, has_list: &[bool]) -> String {
    let (start, end) = values_of(text);
    let columns = columns_of(&text[start..end]).into_iter().enumerate().map(|(nth, column)| {
        let value = replace_params(column, |number| match has_list[number - 1] {
            true => format!("given.p{number}"),
            false => "NULL".to_owned(),
        });
        format!("{value} AS column{}", nth + 1)
    });
    let columns: Vec<String> = columns.collect();
    let with_list = || (1..=has_list.len()).filter(|number| has_list[number - 1]);
    let lists: Vec<String> = (1..=with_list().count()).map(|number| format!("${number}")).collect();
    let names: Vec<String> = with_list().map(|number| format!("p{number}")).collect();
    let before = &text[..start - "VALUES ".len()];
    format!(
        "{before}SELECT {} FROM unnest({}) AS given ({}){}",
        columns.join(", "),
        lists.join(", "),
        names.join(", "),
        &text[end..]
    )
}

/// Adds to the number of each placeholder.
pub(crate) fn renumber(text: &str, add: usize) -> String {
    replace_params(text, |number| format!("${}", number + add))
}

/// The text with something else for each placeholder.
fn replace_params(text: &str, with: impl Fn(usize) -> String) -> String {
    let mut parts = text.split('$');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        match part[..digits].parse() {
            Ok(number) => out.push_str(&with(number)),
            Err(_) => out.push('$'),
        }
        out.push_str(&part[digits..]);
    }
    out
}

/// The highest `$N` of a text; a gap, a `?` or more than 32 does not compile.
#[doc(hidden)]
pub const fn count_params(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut i, mut highest, mut seen) = (0, 0, 0u64);
    let mut quoted = false;
    while i < bytes.len() {
        if bytes[i] == b'\'' {
            quoted = !quoted;
        }
        if quoted || (bytes[i] != b'?' && bytes[i] != b'$') {
            i += 1;
            continue;
        }
        assert!(bytes[i] != b'?', "write $1, not ?");
        let mut number = 0usize;
        i += 1;
        while i < bytes.len() && bytes[i].is_ascii_digit() {
            number = number * 10 + (bytes[i] - b'0') as usize;
            i += 1;
        }
        assert!(number >= 1 && number <= 32, "placeholders go from $1 to $32");
        seen |= 1 << (number - 1);
        if number > highest {
            highest = number;
        }
    }
    assert!(highest == 0 || seen == u64::MAX >> (64 - highest), "a placeholder is skipped");
    highest
}

/// A registered statement: `sql!("room.verb_noun" => Row, "SELECT …")`, or without a row for one that gives none.
#[macro_export]
macro_rules! sql {
    ($name:literal, $text:literal) => {
        $crate::sql!($name => (), $text)
    };
    ($name:literal => $row:ty, $text:literal) => {{
        static META: $crate::Meta =
            $crate::Meta::new($name, $text, ::std::file!(), ::std::line!(), <$row as $crate::FromRow>::COLUMNS);
        $crate::__inventory::submit! { $crate::__Entry(&META) }
        $crate::Sql::<$row, { $crate::__count_params($text) }>::new(&META)
    }};
}

/// The arguments of a statement, in order: `args![id, name, at]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => {
        [$($crate::Value::from($value)),*]
    };
}

#[cfg(test)]
mod tests {
    use super::{gather, is_plain, widen_plain};

    #[test]
    fn only_a_text_whose_first_column_is_its_first_parameter_is_padded() {
        assert!(is_plain("INSERT INTO t (a, b) VALUES ($1, $2)", 2));
        assert!(is_plain(
            "UPDATE t SET b = v.column2 FROM (VALUES (CAST($1 AS BIGINT), $2)) AS v WHERE a = v.column1",
            2
        ));
        assert!(!is_plain("INSERT INTO t (a, b) VALUES ('always', $1)", 1), "a missing row would be inserted");
        assert!(!is_plain("INSERT INTO t (a, b) VALUES ($2, $1)", 2));
        assert!(!is_plain("INSERT INTO t (a, b) VALUES ($1, $1)", 1));
        assert!(!is_plain("INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET b = $2", 2));
    }

    #[test]
    fn a_padded_text_leaves_out_rows_without_a_key() {
        assert_eq!(
            widen_plain("INSERT INTO t (a, b, c) VALUES ($1, 'x', lower($2)) ON CONFLICT DO NOTHING", 2),
            "INSERT INTO t (a, b, c) SELECT column1, column2, column3 FROM (VALUES (?, 'x', lower(?)), (?, 'x', lower(?))) \
             WHERE column1 IS NOT NULL ON CONFLICT DO NOTHING"
        );
    }

    #[test]
    fn a_gathered_text_has_a_list_for_each_parameter_that_was_ever_more_than_null() {
        assert_eq!(
            gather(
                "INSERT INTO t (a, b, c, d) VALUES ($1, 'x', lower($2), $3) ON CONFLICT DO NOTHING",
                &[true, false, true]
            ),
            "INSERT INTO t (a, b, c, d) SELECT given.p1 AS column1, 'x' AS column2, lower(NULL) AS column3, \
             given.p3 AS column4 FROM unnest($1, $2) AS given (p1, p3) ON CONFLICT DO NOTHING"
        );
        assert_eq!(
            gather(
                "UPDATE t SET b = v.column2 FROM (VALUES (CAST($1 AS BIGINT), $2)) AS v WHERE a = v.column1",
                &[true; 2]
            ),
            "UPDATE t SET b = v.column2 FROM (SELECT CAST(given.p1 AS BIGINT) AS column1, given.p2 AS column2 \
             FROM unnest($1, $2) AS given (p1, p2)) AS v WHERE a = v.column1"
        );
    }
}
