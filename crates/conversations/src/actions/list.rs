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
use store::Tx;

/// Up to here a list takes all conversations with a tag and sorts them; a tag on more of them is met soon enough when
/// walking from the newest.
const FEW: i64 = 2_000;
/// By value the newest so many are put in order.
pub const MOST_BY_VALUE: i64 = 2_000;
/// Views are counted up to here.
pub const MOST_COUNTED: i64 = 10_000;

/// The views that are counted.
const COUNTED: [View; 7] =
    [View::All, View::Mine, View::Unassigned, View::Team, View::Untagged, View::Waiting, View::Snoozed];

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
    /// By value: there are more than were put in order.
    pub(crate) is_cut: bool,
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
        return Ok(Listed { page: Page { items: Vec::new(), next: None }, is_cut: false });
    };
    let mut is_cut = false;
    let page = match query.sort {
        Sort::Value => list_by_value(tx, scope, &narrow, after, limit, &mut is_cut).await?,
        sort => {
            let after = after.map(|[at, ord]| (at, ord));
            let places = lists::list(tx, scope, &narrow, sort, after, limit.plus_one()).await?;
            Page::cut(places, limit, |place| Cursor(vec![place.at, place.ord]))
        }
    };
    let ords: Vec<i64> = page.items.iter().map(|place| place.ord).collect();
    let page = Page { items: heads_in_order(tx, &ords).await?, next: page.next };
    Ok(Listed { page, is_cut })
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
    let from = after.map_or(0, |[place, _]| usize::try_from(place).unwrap_or_default());
    let rest = ranked.into_iter().skip(from).map(|(_, place)| place);
    let page: Vec<Place> = rest.take(limit.plus_one() as usize).collect();
    let next = from as i64 + limit.get();
    Ok(Page::cut(page, limit, |_| Cursor(vec![next, 0])))
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
