//! Who somebody is: found by the source's id, then by a mail address, else made. In bulk, and the same again every time.
use super::erase::digest;
use crate::domains::company_domain;
use crate::model::{AccountIn, Noun, PersonIn, TeamIn, Who, fold_email, tidy_name};
use crate::store::{self as rows, AccountRow, FactRow, Fill, NewIdentity, PersonRow, TeamRow};
use base::{AccountId, PersonId, Result, TeamId, Time};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::Tx;

/// One of a source: `(source, key)`.
type Key = (String, String);

/// What each of a batch turned out to be, in the same order. A person who says nothing that could make them the same
/// again (no id, no address) is made anew, so callers give such persons an id of their own making.
pub async fn resolve_people(tx: &mut Tx, people: &[PersonIn]) -> Result<Vec<Who>> {
    let accounts = resolve_accounts(tx, people).await?;
    let teams = resolve_teams(tx, people, &accounts).await?;
    resolve_persons(tx, people, &accounts, &teams).await
}

fn account_of(person: &PersonIn) -> Option<&AccountIn> {
    person.account.as_ref().or_else(|| person.team.as_ref().and_then(|t| t.account.as_ref()))
}

fn account_key(account: &AccountIn) -> Option<Key> {
    account.key().map(|k| (account.source.clone(), k))
}

fn team_key(team: &TeamIn) -> Option<Key> {
    (!team.external_id.is_empty()).then(|| (team.source.clone(), team.external_id.clone()))
}

/// Keys by source, for one query each.
fn by_source(keys: impl Iterator<Item = Key>) -> BTreeMap<String, Vec<String>> {
    let mut map: BTreeMap<String, HashSet<String>> = BTreeMap::new();
    for (source, key) in keys {
        map.entry(source).or_default().insert(key);
    }
    map.into_iter().map(|(s, k)| (s, k.into_iter().collect())).collect()
}

/// `(ord, made now)` of every account named in the batch.
async fn resolve_accounts(tx: &mut Tx, people: &[PersonIn]) -> Result<HashMap<Key, (i64, bool)>> {
    let mut found: HashMap<Key, (i64, bool)> = HashMap::new();
    let named: Vec<(Key, &AccountIn, Time)> =
        people.iter().filter_map(|p| account_of(p).and_then(|a| Some((account_key(a)?, a, p.at)))).collect();
    if named.is_empty() {
        return Ok(found);
    }
    for (source, keys) in by_source(named.iter().map(|n| n.0.clone())) {
        for row in rows::list_accounts_by_external(tx, &source, keys).await? {
            found.insert((source.clone(), row.external_id.unwrap_or_default()), (row.ord, false));
        }
    }
    let (mut fresh, mut named_first): (Vec<AccountRow>, HashSet<&Key>) = Default::default();
    for (key, account, at) in &named {
        if found.contains_key(key) || !named_first.insert(key) {
            continue;
        }
        let name = account.name.clone().or_else(|| account.domain.clone()).unwrap_or_else(|| key.1.clone());
        fresh.push(AccountRow {
            ord: 0,
            id: AccountId::new(),
            canon_ord: 0,
            source: Some(key.0.clone()),
            external_id: Some(key.1.clone()),
            name: tidy_name(&name),
            domain: account.domain.as_deref().map(str::to_lowercase),
            created_at: tx.now(),
            last_seen_at: Some(*at),
            rev: 1,
        });
    }
    let ords = tx.next_ords(store::Noun::Account, fresh.len()).await?;
    for (row, ord) in fresh.iter_mut().zip(ords) {
        (row.ord, row.canon_ord) = (ord, ord);
        found
            .insert((row.source.clone().unwrap_or_default(), row.external_id.clone().unwrap_or_default()), (ord, true));
    }
    rows::insert_accounts(tx, &fresh).await?;
    rows::index_names(tx, store::Noun::Account, fresh.iter().map(|r| (r.ord, r.name.as_str()))).await?;
    let said: Vec<Said> = named
        .iter()
        .filter_map(|(key, a, at)| Some(Said { owner: found.get(key)?.0, facts: a.facts(), source: &key.0, at: *at }))
        .collect();
    append_facts(tx, Noun::Account, said).await?;
    Ok(found)
}

async fn resolve_teams(
    tx: &mut Tx,
    people: &[PersonIn],
    accounts: &HashMap<Key, (i64, bool)>,
) -> Result<HashMap<Key, (i64, bool, Option<i64>)>> {
    let mut found: HashMap<Key, (i64, bool, Option<i64>)> = HashMap::new();
    let named: Vec<(Key, &TeamIn, &PersonIn)> =
        people.iter().filter_map(|p| p.team.as_ref().and_then(|t| Some((team_key(t)?, t, p)))).collect();
    if named.is_empty() {
        return Ok(found);
    }
    for (source, keys) in by_source(named.iter().map(|n| n.0.clone())) {
        for row in rows::list_teams_by_external(tx, &source, keys).await? {
            found.insert((source.clone(), row.external_id.unwrap_or_default()), (row.ord, false, row.account_ord));
        }
    }
    let account_ord = |p: &PersonIn| account_of(p).and_then(account_key).and_then(|k| accounts.get(&k)).map(|a| a.0);
    let (mut fresh, mut named_first): (Vec<TeamRow>, HashSet<&Key>) = Default::default();
    for (key, team, person) in &named {
        if found.contains_key(key) || !named_first.insert(key) {
            continue;
        }
        fresh.push(TeamRow {
            ord: 0,
            id: TeamId::new(),
            canon_ord: 0,
            source: Some(key.0.clone()),
            external_id: Some(key.1.clone()),
            name: tidy_name(team.name.as_deref().unwrap_or(&key.1)),
            account_ord: account_ord(person),
            created_at: tx.now(),
            last_seen_at: Some(person.at),
            rev: 1,
        });
    }
    let ords = tx.next_ords(store::Noun::Team, fresh.len()).await?;
    for (row, ord) in fresh.iter_mut().zip(ords) {
        (row.ord, row.canon_ord) = (ord, ord);
        let key = (row.source.clone().unwrap_or_default(), row.external_id.clone().unwrap_or_default());
        found.insert(key, (ord, true, row.account_ord));
    }
    rows::insert_teams(tx, &fresh).await?;
    rows::index_names(tx, store::Noun::Team, fresh.iter().map(|r| (r.ord, r.name.as_str()))).await?;
    let said: Vec<Said> = named
        .iter()
        .filter_map(|(key, t, p)| Some(Said { owner: found.get(key)?.0, facts: t.facts(), source: &key.0, at: p.at }))
        .collect();
    append_facts(tx, Noun::Team, said).await?;
    Ok(found)
}

/// What a source says of an account or a team, from a moment on.
pub(super) struct Said<'a> {
    pub owner: i64,
    pub facts: Vec<(&'static str, String)>,
    pub source: &'a str,
    pub at: Time,
}

/// Appends the facts that differ from what held at that moment. Saying the same again appends nothing.
pub(super) async fn append_facts(tx: &mut Tx, noun: Noun, mut said: Vec<Said<'_>>) -> Result<()> {
    said.retain(|s| !s.facts.is_empty());
    if said.is_empty() {
        return Ok(());
    }
    let owners: Vec<i64> = said.iter().map(|s| s.owner).collect::<HashSet<_>>().into_iter().collect();
    let rows = match noun {
        Noun::Account => rows::list_account_facts(tx, owners).await?,
        _ => rows::list_team_facts(tx, owners).await?,
    };
    let recorded_at = tx.now();
    // What was said of each thing, by the moment from which it holds; rows come in the order they were recorded.
    let mut known: HashMap<(i64, String), BTreeMap<Time, String>> = HashMap::new();
    for row in rows {
        known.entry((row.owner, row.name)).or_default().insert(row.valid_from, row.value);
    }
    // Oldest first, so that each is compared with what was said before it.
    said.sort_by_key(|s| s.at);
    let mut fresh: BTreeMap<(i64, &'static str, Time), FactRow> = BTreeMap::new();
    for s in said {
        for (name, value) in s.facts {
            let held = known.entry((s.owner, name.to_owned())).or_default();
            if held.range(..=s.at).next_back().is_some_and(|(_, known)| *known == value) {
                continue;
            }
            held.insert(s.at, value.clone());
            let (owner, source) = (s.owner, s.source.to_owned());
            let fact = FactRow { owner, name: name.into(), value, source, valid_from: s.at, recorded_at };
            fresh.insert((owner, name, s.at), fact);
        }
    }
    let fresh: Vec<FactRow> = fresh.into_values().collect();
    match noun {
        Noun::Account => rows::insert_account_facts(tx, &fresh).await,
        _ => rows::insert_team_facts(tx, &fresh).await,
    }
}

/// What is known of a person of the batch while it is being resolved.
struct Found {
    ord: i64,
    new: bool,
    team_ord: Option<i64>,
    account_ord: Option<i64>,
}

async fn resolve_persons(
    tx: &mut Tx,
    people: &[PersonIn],
    accounts: &HashMap<Key, (i64, bool)>,
    teams: &HashMap<Key, (i64, bool, Option<i64>)>,
) -> Result<Vec<Who>> {
    let keys = |p: &PersonIn| p.external_id.clone().filter(|e| !e.is_empty()).map(|e| (p.source.clone(), e));
    let mut by_key: HashMap<Key, Found> = HashMap::new();
    for (source, ids) in by_source(people.iter().filter_map(keys)) {
        for k in rows::list_known(tx, &source, ids.clone()).await? {
            let found = Found { ord: k.ord, new: false, team_ord: k.team_ord, account_ord: k.account_ord };
            by_key.insert((source.clone(), k.external_id.unwrap_or_default()), found);
        }
        let missing: Vec<String> =
            ids.into_iter().filter(|i| !by_key.contains_key(&(source.clone(), i.clone()))).collect();
        for (id, ord) in rows::list_identified(tx, &format!("id:{source}"), missing).await? {
            by_key.insert((source.clone(), id), Found { ord, new: false, team_ord: None, account_ord: None });
        }
    }
    let emails: HashSet<String> = people.iter().filter_map(|p| p.email.as_deref().and_then(fold_email)).collect();
    let mut by_email: HashMap<String, i64> = match emails.is_empty() {
        true => HashMap::new(),
        false => rows::list_identified(tx, "email", emails.into_iter().collect()).await?.into_iter().collect(),
    };
    let erased = find_erased(tx, people).await?;
    let (mut fresh, mut identities, mut proposals) = (Vec::new(), Vec::new(), BTreeMap::<String, i64>::new());
    let (mut seen, mut fills): (BTreeMap<i64, (Time, Time)>, BTreeMap<i64, Fill>) = Default::default();
    let mut out = Vec::with_capacity(people.len());
    let mut spare = Vec::new();
    // Each new team and account is told once, with whoever names it first.
    let mut told: HashSet<(Noun, i64)> = HashSet::new();
    for p in people {
        let account = account_of(p).and_then(account_key).and_then(|k| accounts.get(&k)).copied();
        let team = p.team.as_ref().and_then(team_key).and_then(|k| teams.get(&k)).copied();
        let (team_ord, account_ord) = (team.map(|t| t.0), account.map(|a| a.0).or(team.and_then(|t| t.2)));
        let mut who = Who {
            team_ord,
            account_ord,
            new_team: team.is_some_and(|t| t.1 && told.insert((Noun::Team, t.0))),
            new_account: account.is_some_and(|a| a.1 && told.insert((Noun::Account, a.0))),
            ..Who::default()
        };
        let (key, email) = (keys(p), p.email.as_deref().and_then(fold_email));
        let name = p.name.as_deref().map(tidy_name).filter(|n| !n.is_empty());
        if key.is_none() && email.is_none() && name.is_none() {
            out.push(who);
            continue;
        }
        let known = key.as_ref().and_then(|k| by_key.get(k)).map(|f| (f.ord, f.new, f.team_ord, f.account_ord));
        let known = known.or_else(|| email.as_ref().and_then(|e| by_email.get(e)).map(|o| (*o, false, None, None)));
        if known.is_none()
            && let Some(ord) = erased_as(&erased, p)
        {
            who.person_ord = Some(ord);
            out.push(who);
            continue;
        }
        let (ord, new) = match known {
            Some((ord, new, had_team, had_account)) => {
                if let Some(k) = &key
                    && !by_key.contains_key(k)
                {
                    // Known by the address; this source's id for the same person is remembered too.
                    identities.push(identity(ord, format!("id:{}", k.0), &k.1, "source", p));
                    by_key.insert(k.clone(), Found { ord, new: false, team_ord: had_team, account_ord: had_account });
                }
                let (role, language) = (p.role.clone(), p.language.clone());
                fills.entry(ord).or_default().add(Fill { email: None, team_ord, account_ord, role, language });
                if let Some(found) = key.as_ref().and_then(|k| by_key.get_mut(k)) {
                    // What comes later in the batch knows as much as what comes in a later batch.
                    found.team_ord = found.team_ord.or(team_ord);
                    found.account_ord = found.account_ord.or(account_ord);
                }
                who.team_ord = team_ord.or(had_team);
                who.account_ord = account_ord.or(had_account);
                (ord, new)
            }
            None => {
                if spare.is_empty() {
                    spare = tx.next_ords(store::Noun::Person, people.len() - out.len()).await?;
                    spare.reverse();
                }
                let ord = spare.pop().unwrap_or_default();
                fresh.push(new_person(p, ord, name, team_ord, account_ord, tx.now()));
                if let Some(k) = key.clone() {
                    by_key.insert(k, Found { ord, new: true, team_ord, account_ord });
                }
                who.new_person = true;
                if account_ord.is_none()
                    && let Some(domain) = email.as_deref().and_then(company_domain)
                {
                    *proposals.entry(domain).or_default() += 1;
                }
                (ord, true)
            }
        };
        if let Some(e) = &email
            && !by_email.contains_key(e)
        {
            identities.push(identity(ord, "email".into(), e, "said by the source", p));
            by_email.insert(e.clone(), ord);
            if !new {
                fills.entry(ord).or_default().add(Fill { email: p.email.clone(), ..Fill::default() });
            }
        }
        let (first, last) = seen.entry(ord).or_insert((p.at, p.at));
        (*first, *last) = ((*first).min(p.at), (*last).max(p.at));
        who.person_ord = Some(ord);
        out.push(who);
    }
    let made: HashSet<i64> = fresh.iter().map(|r: &PersonRow| r.ord).collect();
    for row in &mut fresh {
        (row.first_seen_at, row.last_seen_at) = seen.get(&row.ord).copied().unzip();
    }
    rows::insert_persons(tx, &fresh).await?;
    rows::insert_identities(tx, identities).await?;
    rows::index_names(tx, store::Noun::Person, fresh.iter().map(|r| (r.ord, r.name.as_str()))).await?;
    settle_known(tx, people, &out, &made, seen, fills).await?;
    for (domain, persons) in proposals {
        let account = rows::find_account_by_domain(tx, &domain).await?.map(|a| a.0);
        rows::propose(tx, &domain, account, persons).await?;
    }
    Ok(out)
}

/// What an erased person is recognised by: their row, and when they were erased.
type Erased = HashMap<String, (i64, Time)>;

async fn find_erased(tx: &mut Tx, people: &[PersonIn]) -> Result<Erased> {
    if !rows::has_erasures(tx).await? {
        return Ok(Erased::new());
    }
    let digests: HashSet<String> = people.iter().flat_map(digests_of).collect();
    let found = rows::list_digests(tx, digests.into_iter().collect()).await?;
    Ok(found.into_iter().map(|(digest, ord, at)| (digest, (ord, at))).collect())
}

fn digests_of(p: &PersonIn) -> impl Iterator<Item = String> {
    let id = p.external_id.as_deref().filter(|id| !id.is_empty()).map(|id| digest(&format!("id:{}", p.source), id));
    id.into_iter().chain(p.email.as_deref().and_then(fold_email).map(|email| digest("email", &email)))
}

/// The emptied row of somebody, for what is said of the time before they were erased. Later they are somebody new.
fn erased_as(erased: &Erased, p: &PersonIn) -> Option<i64> {
    if erased.is_empty() {
        return None;
    }
    digests_of(p).find_map(|digest| erased.get(&digest).filter(|(_, at)| p.at <= *at)).map(|(ord, _)| *ord)
}

fn identity(person_ord: i64, kind: String, value: &str, proof: &'static str, p: &PersonIn) -> NewIdentity {
    NewIdentity { person_ord, kind, value: value.to_owned(), proof, source: p.source.clone(), at: p.at }
}

fn new_person(
    p: &PersonIn,
    ord: i64,
    name: Option<String>,
    team: Option<i64>,
    account: Option<i64>,
    now: Time,
) -> PersonRow {
    let email = p.email.as_deref().map(str::trim).filter(|e| !e.is_empty()).map(str::to_owned);
    let nameless = || email.as_deref().and_then(|e| e.split('@').next()).map(tidy_name);
    PersonRow {
        ord,
        id: PersonId::new(),
        canon_ord: ord,
        source: p.external_id.as_ref().map(|_| p.source.clone()),
        external_id: p.external_id.clone().filter(|e| !e.is_empty()),
        name: name.or_else(nameless).or_else(|| p.external_id.as_deref().map(tidy_name)).unwrap_or_default(),
        email,
        role: p.role.clone(),
        language: p.language.clone(),
        team_ord: team,
        account_ord: account,
        created_at: now,
        first_seen_at: Some(p.at),
        last_seen_at: Some(p.at),
        erased_at: None,
        rev: 1,
    }
}

/// Moves what is known of those who were there already: seen later, an address, a team or an account they lacked.
async fn settle_known(
    tx: &mut Tx,
    people: &[PersonIn],
    out: &[Who],
    made: &HashSet<i64>,
    seen: BTreeMap<i64, (Time, Time)>,
    fills: BTreeMap<i64, Fill>,
) -> Result<()> {
    let known = seen.into_iter().filter(|(ord, _)| !made.contains(ord));
    rows::see_persons(tx, known.map(|(ord, (first, last))| (ord, first, last)).collect()).await?;
    rows::fill_persons(tx, fills).await?;
    let (mut teams, mut accounts): (BTreeMap<i64, Time>, BTreeMap<i64, Time>) = Default::default();
    for (who, p) in out.iter().zip(people) {
        for (map, ord) in [(&mut teams, who.team_ord), (&mut accounts, who.account_ord)] {
            if let Some(ord) = ord {
                let at = map.entry(ord).or_insert(p.at);
                *at = (*at).max(p.at);
            }
        }
    }
    rows::see_teams(tx, teams.into_iter().collect()).await?;
    rows::see_accounts(tx, accounts.into_iter().collect()).await
}
