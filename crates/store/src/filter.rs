//! A text put together from fixed pieces, for lists that can be narrowed in many ways.
use crate::statement::{count_params, renumber};
use crate::value::Value;

/// A statement that grows: each piece is a fixed text with its own `$1…` and its own arguments, so that nothing a
/// person wrote can become part of the text.
///
/// ```ignore
/// let mut f = Filter::new("people.list_persons", "SELECT ord, name FROM persons");
/// f.and("erased_at IS NULL", args![]);
/// f.and("team_ord = $1", args![team]);
/// f.push("ORDER BY ord LIMIT $1", args![limit.plus_one()]);
/// let rows: Vec<(i64, String)> = tx.all_dyn(f).await?;
/// ```
#[derive(Clone, Debug)]
pub struct Filter {
    pub(crate) name: &'static str,
    pub(crate) text: String,
    pub(crate) args: Vec<Value>,
    narrowed: bool,
}

impl Filter {
    /// `head` ends before its WHERE, which the first `and` writes.
    pub fn new(name: &'static str, head: &'static str) -> Filter {
        Filter { name, text: head.into(), args: Vec::new(), narrowed: false }
    }

    /// One more condition that must hold.
    pub fn and<const N: usize>(&mut self, condition: &'static str, args: [Value; N]) -> &mut Filter {
        self.text.push_str(if self.narrowed { " AND (" } else { " WHERE (" });
        self.narrowed = true;
        self.add(condition, args);
        self.text.push(')');
        self
    }

    /// What else belongs there: JOIN before the conditions, ORDER BY and LIMIT after them.
    pub fn push<const N: usize>(&mut self, piece: &'static str, args: [Value; N]) -> &mut Filter {
        self.text.push(' ');
        self.add(piece, args);
        self
    }

    fn add<const N: usize>(&mut self, piece: &'static str, args: [Value; N]) {
        assert_eq!(count_params(piece), N, "{}: arguments of “{piece}”", self.name);
        self.text.push_str(&renumber(piece, self.args.len()));
        self.args.extend(args);
    }
}
