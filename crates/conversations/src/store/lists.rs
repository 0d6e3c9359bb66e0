//! Lists of conversations: narrowed in many ways, each way on an index; and the capped counts of the views.
use crate::access::Scope;
use crate::model::{Channel, Mood, Sort, View};
use base::{Lang, Result, StaffId, Time};
use store::{Filter, Tx, args, row, sql};

/// What a list is narrowed to, in ords; see `actions::list` for what it means.
#[derive(Clone, Debug, Default)]
pub(crate) struct Narrow {
    pub(crate) view: View,
    pub(crate) staff: Option<StaffId>,
    pub(crate) staff_team: Option<i64>,
    pub(crate) assignee: Option<StaffId>,
    pub(crate) door: Option<i64>,
    pub(crate) channel: Option<Channel>,
    pub(crate) language: Option<Lang>,
    pub(crate) source: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) persons: Option<Vec<i64>>,
    pub(crate) teams: Option<Vec<i64>>,
    pub(crate) accounts: Option<Vec<i64>>,
    pub(crate) tags: Option<Vec<i64>>,
    pub(crate) mood: Option<Mood>,
    /// Only these conversations.
    pub(crate) among: Option<Vec<i64>>,
    pub(crate) from: Option<Time>,
    pub(crate) to: Option<Time>,
}

row! {
    /// A conversation and its place in the order of the list.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub(crate) struct Place {
        pub(crate) ord: i64,
        pub(crate) at: i64,
        pub(crate) account_ord: Option<i64>,
    }
}

/// The next conversations of a list, after a place.
pub(crate) async fn list(
    tx: &mut Tx,
    scope: &Scope,
    narrow: &Narrow,
    sort: Sort,
    after: Option<(i64, i64)>,
    limit: i64,
) -> Result<Vec<Place>> {
    tx.all_dyn(filter(scope, narrow, sort, after, limit)).await
}

fn filter(scope: &Scope, narrow: &Narrow, sort: Sort, after: Option<(i64, i64)>, limit: i64) -> Filter {
    let head = match sort {
        Sort::Waiting | Sort::Turn => "SELECT ord, waiting_since, account_ord FROM conversations",
        // As the index has it.
        Sort::Worst => {
            "SELECT ord, (2 - emotion_worst) * 9007199254740992 + last_entry_at, account_ord FROM conversations"
        }
        _ => "SELECT ord, last_entry_at, account_ord FROM conversations",
    };
    complete(Filter::new("conversations.list_conversations", head), scope, narrow, sort, after, limit)
}

fn complete(
    mut f: Filter,
    scope: &Scope,
    narrow: &Narrow,
    sort: Sort,
    after: Option<(i64, i64)>,
    limit: i64,
) -> Filter {
    add_view(&mut f, narrow);
    add_rest(&mut f, narrow);
    if !scope.hidden.is_empty() {
        f.and("door_ord <> ALL($1)", args![&scope.hidden]);
    }
    match sort {
        Sort::Waiting | Sort::Turn => drop(f.and("waiting_since IS NOT NULL", args![])),
        Sort::Worst => drop(f.and("emotion_worst IS NOT NULL", args![])),
        Sort::Newest | Sort::Value => {}
    }
    if let Some((at, ord)) = after {
        let beyond = match sort {
            Sort::Waiting | Sort::Turn => "(waiting_since, ord) > ($1, $2)",
            Sort::Worst => "((2 - emotion_worst) * 9007199254740992 + last_entry_at, ord) < ($1, $2)",
            Sort::Newest | Sort::Value => "(last_entry_at, ord) < ($1, $2)",
        };
        f.and(beyond, args![at, ord]);
    }
    let order = match sort {
        Sort::Waiting | Sort::Turn => "ORDER BY waiting_since, ord LIMIT $1",
        Sort::Worst => "ORDER BY (2 - emotion_worst) * 9007199254740992 + last_entry_at DESC, ord DESC LIMIT $1",
        Sort::Newest | Sort::Value => "ORDER BY last_entry_at DESC, ord DESC LIMIT $1",
    };
    f.push(order, args![limit]);
    f
}

/// An emotion that was named last, or the side of the last entry.
fn add_mood(f: &mut Filter, mood: Mood) {
    match mood {
        Mood::Negative => f.and("emotion_end < 0", args![]),
        Mood::Neutral => f.and("emotion_end = 0", args![]),
        Mood::Positive => f.and("emotion_end > 0", args![]),
        named => f.and("last_emotion = $1", args![named]),
    };
}

/// The words stand in the text, not in an argument: that is how the engines find the partial indexes.
fn add_view(f: &mut Filter, narrow: &Narrow) {
    match narrow.view {
        View::All => {}
        View::Mine => {
            f.and("assignee = $1", args![narrow.staff]).and("status = 'open' AND snoozed_until IS NULL", args![]);
        }
        View::Unassigned => {
            f.and("assignee IS NULL", args![]).and("status = 'open'", args![]).and("snoozed_until IS NULL", args![]);
        }
        View::Team => {
            let mine = "staff_team_id IN (SELECT m.staff_team_id FROM staff_team_members m WHERE m.staff_id = $1)";
            f.and(mine, args![narrow.staff]).and("status = 'open' AND snoozed_until IS NULL", args![]);
        }
        View::Untagged => drop(f.and("tag_state = 'untagged'", args![])),
        View::Waiting => drop(f.and("waiting_since IS NOT NULL", args![]).and("snoozed_until IS NULL", args![])),
        View::Snoozed => drop(f.and("snoozed_until IS NOT NULL", args![])),
        View::Closed => {
            f.and("status = 'closed'", args![]).and("status <> 'open'", args![]);
        }
        View::Blocked => {
            f.and("ord IN (SELECT conversation_ord FROM blocked_conversations)", args![]);
        }
    }
}

fn add_rest(f: &mut Filter, narrow: &Narrow) {
    if let Some(ord) = narrow.door {
        f.and("door_ord = $1", args![ord]);
    }
    if let Some(team) = narrow.staff_team {
        f.and("staff_team_id = $1", args![team]);
    }
    if let Some(assignee) = narrow.assignee {
        f.and("assignee = $1", args![assignee]);
    }
    if let Some(channel) = narrow.channel {
        f.and("channel = $1", args![channel]);
    }
    if let Some(language) = narrow.language {
        f.and("language = $1", args![language]);
    }
    if let Some(mood) = narrow.mood {
        add_mood(f, mood);
    }
    if let Some(id) = &narrow.external_id {
        f.and("external_id = $1", args![id]);
    }
    if let Some(source) = &narrow.source {
        f.and("source = $1", args![source]);
    }
    // One ord keeps the order of its index; several are few enough to be sorted.
    match narrow.persons.as_deref() {
        Some([one]) => drop(f.and("person_ord = $1", args![*one])),
        Some(several) => drop(f.and("person_ord = ANY($1)", args![several])),
        None => {}
    }
    match narrow.teams.as_deref() {
        Some([one]) => drop(f.and("team_ord = $1", args![*one])),
        Some(several) => drop(f.and("team_ord = ANY($1)", args![several])),
        None => {}
    }
    match narrow.accounts.as_deref() {
        Some([one]) => drop(f.and("account_ord = $1", args![*one])),
        Some(several) => drop(f.and("account_ord = ANY($1)", args![several])),
        None => {}
    }
    if let Some(tags) = &narrow.tags {
        f.and(
            "EXISTS (SELECT 1 FROM conversation_tags t WHERE t.tag_ord = ANY($1) AND t.conversation_ord = conversations.ord)",
            args![tags],
        );
    }
    if let Some(ords) = &narrow.among {
        f.and("ord = ANY($1)", args![ords]);
    }
    if let Some(from) = narrow.from {
        f.and("last_entry_at >= $1", args![from]);
    }
    if let Some(to) = narrow.to {
        f.and("last_entry_at < $1", args![to]);
    }
}

/// At most `most` conversations that have one of these tags.
pub(crate) async fn list_tagged(tx: &mut Tx, tags: &[i64], most: i64) -> Result<Vec<i64>> {
    let sql = sql!("conversations.list_tagged" => (i64,),
        "SELECT DISTINCT conversation_ord FROM (
            SELECT conversation_ord FROM conversation_tags WHERE tag_ord = ANY($1) LIMIT $2) AS some_tagged");
    Ok(tx.all(sql, args![tags, most]).await?.into_iter().map(|(ord,)| ord).collect())
}

/// How many conversations a view has, counted up to `most`.
pub(crate) async fn count(tx: &mut Tx, scope: &Scope, narrow: &Narrow, most: i64) -> Result<i64> {
    let mut f = Filter::new("conversations.count_view", "SELECT COUNT(*) FROM (SELECT 1 FROM conversations");
    add_view(&mut f, narrow);
    if !scope.hidden.is_empty() {
        f.and("door_ord <> ALL($1)", args![&scope.hidden]);
    }
    f.push("LIMIT $1) AS counted", args![most]);
    Ok(tx.all_dyn::<(i64,)>(f).await?.pop().map_or(0, |(n,)| n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::TestDb;

    /// How SQLite goes about a list.
    async fn plan(db: &TestDb, narrow: &Narrow, sort: Sort) -> String {
        let head =
            Filter::new("test.explain", "EXPLAIN QUERY PLAN SELECT ord, last_entry_at, account_ord FROM conversations");
        let mut tx = db.read().await.unwrap();
        let steps = complete(head, &Scope { hidden: vec![7] }, narrow, sort, Some((1, 1)), 51);
        let steps: Vec<(i64, i64, i64, String)> = tx.all_dyn(steps).await.unwrap();
        steps.into_iter().map(|(_, _, _, step)| step).collect::<Vec<_>>().join("; ")
    }

    #[tokio::test]
    async fn every_list_walks_an_index_in_its_order() {
        let db = TestDb::new("plans").await;
        if db.engine() != store::Engine::Sqlite {
            eprintln!("not run: PostgreSQL plans by what is in the tables");
            return;
        }
        let staff = Some(StaffId::new());
        let none = Narrow { staff, ..Narrow::default() };
        let ways = [
            none.clone(),
            Narrow { channel: Some(Channel::Chat), ..none.clone() },
            Narrow { language: Some(Lang::KO), ..none.clone() },
            Narrow { source: Some("s".into()), ..none.clone() },
            Narrow { door: Some(1), ..none.clone() },
            Narrow { staff_team: Some(1), ..none.clone() },
            Narrow { assignee: staff, ..none.clone() },
            Narrow { persons: Some(vec![1]), ..none.clone() },
            Narrow { teams: Some(vec![1]), ..none.clone() },
            Narrow { accounts: Some(vec![1]), ..none.clone() },
            Narrow { tags: Some(vec![1, 2]), ..none.clone() },
            Narrow { mood: Some(Mood::Anger), ..none.clone() },
            Narrow { mood: Some(Mood::Negative), ..none.clone() },
            Narrow { from: Some(Time(1)), to: Some(Time(9)), ..none.clone() },
        ];
        let views = [
            View::All,
            View::Mine,
            View::Unassigned,
            View::Team,
            View::Untagged,
            View::Waiting,
            View::Snoozed,
            View::Closed,
        ];
        for view in views {
            for sort in [Sort::Newest, Sort::Waiting, Sort::Worst] {
                for way in &ways {
                    let plan = plan(&db, &Narrow { view, ..way.clone() }, sort).await;
                    let step = plan.split("; ").find(|step| step.contains("conversations")).unwrap();
                    assert!(step.contains("INDEX conversations_"), "{view:?} {sort:?} {way:?}: {plan}");
                    // Waiting conversations are few; of one person's or channel's all may be sorted. So it is with those
                    // that were felt worst, once they are narrowed.
                    let is_whole = view == View::All && std::ptr::eq(way, &ways[0]);
                    let may_sort = sort == Sort::Waiting || view == View::Team || (sort == Sort::Worst && !is_whole);
                    let in_order = !plan.contains("TEMP B-TREE FOR ORDER BY") || may_sort;
                    assert!(in_order, "{view:?} {sort:?} {way:?}: {plan}");
                }
            }
        }
        let few = [
            Narrow { external_id: Some("e".into()), ..none.clone() },
            Narrow { among: Some(vec![1, 2]), ..none.clone() },
            Narrow { persons: Some(vec![1, 2]), ..none },
        ];
        for way in few {
            let plan = plan(&db, &way, Sort::Newest).await;
            assert!(plan.contains("SEARCH conversations USING"), "{way:?}: {plan}");
        }
    }
}
