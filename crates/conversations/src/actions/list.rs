//! Lists of conversations and the counts of the views.
use crate::access::Scope;
use crate::actions::search::find_entries;
use crate::model::{Channel, Mood, Sort, View};
use crate::store::conversations::{self, Head};
use crate::store::lists::{self, Narrow, Place};
use crate::store::{doors, entries};
use base::{AccountId, Cursor, DoorId, Lang, Limit, Money, Page, PersonId, Result, StaffId, TagId, TeamId, Time};
use people::Standing;
use std::collections::HashMap;
use std::pin::Pin;
use store::Tx;

/// Up to here a list takes all conversations with a tag and sorts them; a tag on more of them is met soon enough when
/// walking from the newest.
const FEW: i64 = 2_000;
/// By value the newest so many are put in order.
pub const MOST_BY_VALUE: i64 = 2_000;
/// By turn those who wait longest are put in order, so many.
const MOST_IN_TURN: i64 = 20_000;
/// Views are counted up to here.
pub const MOST_COUNTED: i64 = 10_000;

/// The views that are counted.
const COUNTED: [View; 7] =
    [View::All, View::Mine, View::Unassigned, View::Team, View::Untagged, View::Waiting, View::Snoozed];

/// Who waits in the order of their turns, as the room that decides about it says:
/// `inventory::submit! { conversations::TurnHook(|tx| Box::pin(list_turns(tx))) }`. Those it does not name come after, who
/// waits longest first.
pub struct TurnHook(pub fn(&mut Tx) -> Turns<'_>);
type Turns<'a> = Pin<Box<dyn Future<Output = Result<Vec<i64>>> + Send + 'a>>;
inventory::collect!(TurnHook);

/// What a list is asked for.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    pub view: View,
    pub sort: Sort,
    /// A team of ours, by its name.
    pub staff_team: Option<String>,
    pub assignee: Option<StaffId>,
    pub door: Option<DoorId>,
    pub channel: Option<Channel>,
    pub language: Option<Lang>,
    pub source: Option<String>,
    pub external_id: Option<String>,
    pub person: Option<PersonId>,
    pub team: Option<TeamId>,
    pub account: Option<AccountId>,
    pub tag: Option<TagId>,
    pub mood: Option<Mood>,
    /// Words that occur in it.
    pub q: Option<String>,
    /// Last said at or after.
    pub from: Option<Time>,
    /// Last said before.
    pub to: Option<Time>,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) page: Page<Head>,
    /// By value and by turn: there are more than the so many that were put in order.
    pub(crate) ranked: Option<i64>,
}

/// A page of conversations in order, as `list_page` makes it.
pub async fn list_conversations(
    tx: &mut Tx,
    scope: &Scope,
    staff: Option<StaffId>,
    query: &ListQuery,
    after: Option<[i64; 2]>,
    limit: Limit,
) -> Result<Page<Head>> {
    Ok(list_page(tx, scope, staff, query, after, limit).await?.page)
}

/// A page of conversations in order. What does not exist narrows the list to nothing.
pub(crate) async fn list_page(
    tx: &mut Tx,
    scope: &Scope,
    staff: Option<StaffId>,
    query: &ListQuery,
    after: Option<[i64; 2]>,
    limit: Limit,
) -> Result<Listed> {
    let Some(narrow) = narrow(tx, staff, query).await? else {
        return Ok(Listed { page: Page { items: Vec::new(), next: None }, ranked: None });
    };
    let mut is_cut = false;
    let page = match query.sort {
        Sort::Value => list_by_value(tx, scope, &narrow, after, limit, &mut is_cut).await?,
        Sort::Turn => list_by_turn(tx, scope, &narrow, after, limit, &mut is_cut).await?,
        sort => {
            let after = after.map(|[at, ord]| (at, ord));
            let places = lists::list(tx, scope, &narrow, sort, after, limit.plus_one()).await?;
            Page::cut(places, limit, |place| Cursor(vec![place.at, place.ord]))
        }
    };
    let ords: Vec<i64> = page.items.iter().map(|place| place.ord).collect();
    let page = Page { items: heads_in_order(tx, &ords).await?, next: page.next };
    let most = if query.sort == Sort::Turn { MOST_IN_TURN } else { MOST_BY_VALUE };
    Ok(Listed { page, ranked: is_cut.then_some(most) })
}

/// The heads of these conversations, in this order; those that do not exist are left out.
pub(crate) async fn heads_in_order(tx: &mut Tx, ords: &[i64]) -> Result<Vec<Head>> {
    let found = conversations::list_by_ord(tx, ords).await?;
    let mut by_ord: HashMap<i64, Head> = found.into_iter().map(|head| (head.ord, head)).collect();
    Ok(ords.iter().filter_map(|ord| by_ord.remove(ord)).collect())
}

async fn narrow(tx: &mut Tx, staff: Option<StaffId>, query: &ListQuery) -> Result<Option<Narrow>> {
    let mut narrow = Narrow {
        view: query.view,
        staff,
        assignee: query.assignee,
        channel: query.channel,
        language: query.language,
        mood: query.mood,
        source: query.source.clone(),
        external_id: query.external_id.clone(),
        from: query.from,
        to: query.to,
        ..Narrow::default()
    };
    if let Some(name) = &query.staff_team {
        let Some(team) = staff::find_team(tx, name).await? else { return Ok(None) };
        narrow.staff_team = Some(team);
    }
    if let Some(id) = query.door {
        let Some(door) = doors::find(tx, id).await? else { return Ok(None) };
        narrow.door = Some(door.ord);
    }
    if let Some(id) = query.person {
        narrow.persons = Some(conversations::list_person_ords(tx, id).await?);
    }
    if let Some(id) = query.team {
        narrow.teams = Some(conversations::list_team_ords(tx, id).await?);
    }
    if let Some(id) = query.account {
        narrow.accounts = Some(conversations::list_account_ords(tx, id).await?);
    }
    if let Some(id) = query.tag {
        let tags: Vec<i64> = conversations::list_subtree(tx, id).await?.into_iter().map(|(ord,)| ord).collect();
        let some = lists::list_tagged(tx, &tags, FEW).await?;
        if (some.len() as i64) < FEW {
            narrow.among = Some(some);
        } else {
            narrow.tags = Some(tags);
        }
    }
    if let Some(words) = query.q.as_deref().filter(|words| !words.trim().is_empty()) {
        let found: Vec<i64> = find_entries(tx, words).await?.ords().collect();
        let mut ords = entries::list_conversations_of(tx, &found).await?;
        ords.sort_unstable();
        ords.dedup();
        if let Some(among) = narrow.among.take() {
            ords.retain(|ord| among.contains(ord));
        }
        narrow.among = Some(ords);
    }
    Ok(Some(narrow))
}

/// Worth most first, then the newest; of the newest `MOST_BY_VALUE` that match.
async fn list_by_value(
    tx: &mut Tx,
    scope: &Scope,
    narrow: &Narrow,
    after: Option<[i64; 2]>,
    limit: Limit,
    is_cut: &mut bool,
) -> Result<Page<Place>> {
    let mut places = lists::list(tx, scope, narrow, Sort::Newest, None, MOST_BY_VALUE + 1).await?;
    *is_cut = places.len() as i64 > MOST_BY_VALUE;
    places.truncate(MOST_BY_VALUE as usize);
    let mut accounts: Vec<i64> = places.iter().filter_map(|place| place.account_ord).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let values = values_of(tx, accounts).await?;
    let value = |place: &Place| place.account_ord.and_then(|ord| values.get(&ord)).copied().unwrap_or(-1);
    let mut ranked: Vec<(i64, Place)> = places.into_iter().map(|place| (value(&place), place)).collect();
    ranked.sort_by_key(|(value, place)| std::cmp::Reverse((*value, place.at, place.ord)));
    Ok(page_of(ranked.into_iter().map(|(_, place)| place), after, limit))
}

/// A page of what is in order here and nowhere else: its cursor says how many came before.
fn page_of(ranked: impl Iterator<Item = Place>, after: Option<[i64; 2]>, limit: Limit) -> Page<Place> {
    let from = after.map_or(0, |[place, _]| usize::try_from(place).unwrap_or_default());
    let page: Vec<Place> = ranked.skip(from).take(limit.plus_one() as usize).collect();
    let next = from as i64 + limit.get();
    Page::cut(page, limit, |_| Cursor(vec![next, 0]))
}

/// Whose turn comes first of those who match; see `TurnHook`.
async fn list_by_turn(
    tx: &mut Tx,
    scope: &Scope,
    narrow: &Narrow,
    after: Option<[i64; 2]>,
    limit: Limit,
    is_cut: &mut bool,
) -> Result<Page<Place>> {
    let mut turns: HashMap<i64, usize> = HashMap::new();
    for TurnHook(list) in inventory::iter::<TurnHook>() {
        turns.extend(list(tx).await?.into_iter().enumerate().map(|(turn, ord)| (ord, turn)));
    }
    let mut places = lists::list(tx, scope, narrow, Sort::Turn, None, MOST_IN_TURN + 1).await?;
    *is_cut = places.len() as i64 > MOST_IN_TURN;
    places.truncate(MOST_IN_TURN as usize);
    // The sort keeps those without a turn as they came: who waits longest first.
    places.sort_by_key(|place| turns.get(&place.ord).copied().unwrap_or(usize::MAX));
    Ok(page_of(places.into_iter(), after, limit))
}

/// What these accounts are worth a year, in minor units of the reporting currency.
async fn values_of(tx: &mut Tx, accounts: Vec<i64>) -> Result<HashMap<i64, i64>> {
    let settings = staff::get_settings(tx).await?;
    // The newest standing of an account comes last.
    let worth = |standing: Standing| {
        let currency = standing.currency?.parse().ok()?;
        let value = settings.reported_minor(Money { minor: standing.revenue_minor?, currency })?;
        Some((standing.account_ord, value))
    };
    Ok(people::standings(tx, Some(accounts)).await?.into_iter().filter_map(worth).collect())
}

/// How many conversations the views have, counted up to `MOST_COUNTED`: in the order of `COUNTED`.
pub async fn count_views(tx: &mut Tx, scope: &Scope, staff: Option<StaffId>) -> Result<[i64; 7]> {
    let mut counts = [0; 7];
    for (view, count) in COUNTED.into_iter().zip(&mut counts) {
        if !matches!(view, View::Mine | View::Team) || staff.is_some() {
            *count = lists::count(tx, scope, &Narrow { view, staff, ..Narrow::default() }, MOST_COUNTED).await?;
        }
    }
    Ok(counts)
}
