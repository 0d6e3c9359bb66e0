//! Finding conversations by what was said in them: the index hands over candidates, the texts decide.
use crate::access::Scope;
use crate::actions::list::heads_in_order;
use crate::store::conversations::Head;
use crate::store::entries::{self, Candidate};
use base::{Cursor, EntryId, Limit, Result, Time};
use std::collections::{HashMap, HashSet};
use store::search::{Found, MOST_RANKED};
use store::{Tx, search};
use textkit::{Query, Snippet, parse_query, rank, score, snippet};

/// So many matches are put in order by their texts: words before parts of words, the newest of each. The others follow
/// in the order of the index.
pub const MOST_SCORED: usize = 4_000;
/// Characters of a snippet.
const SNIPPET: usize = 160;

/// A conversation that was found, with the entry that answers best.
#[derive(Clone, Debug)]
pub struct Hit {
    pub head: Head,
    pub entry_id: EntryId,
    pub at: Time,
    pub snippet: Snippet,
    pub score: f64,
}

#[derive(Clone, Debug, Default)]
pub struct Hits {
    pub items: Vec<Hit>,
    pub next: Option<String>,
    /// When there were more matches than are ranked: how many of the newest were.
    pub ranked_newest: Option<i64>,
}

/// The entries that match, the newest first in each tier.
pub(crate) async fn find_entries(tx: &mut Tx, q: &str) -> Result<Found> {
    search::find(tx, &parse_query(q), MOST_RANKED).await
}

/// Conversations in which these words were said, one hit each, best first. A page ends where the sure answers end: the
/// doubtful ones are on the pages after it.
pub async fn search(tx: &mut Tx, scope: &Scope, q: &str, after: Option<[i64; 1]>, limit: Limit) -> Result<Hits> {
    let query = parse_query(q);
    let found = search::find(tx, &query, MOST_RANKED).await?;
    let ords: Vec<i64> = found.ords().collect();
    let (scored, others) = ords.split_at(ords.len().min(MOST_SCORED));
    let candidates = load(tx, scope, scored).await?;
    let (order, sure) = put_in_order(&query, &candidates);

    let mut seen = HashSet::new();
    let mut answers: Vec<Answer> = Vec::new();
    let mut sure_answers = 0;
    for (nth, (place, score)) in order.into_iter().enumerate() {
        let Candidate { ord, conversation_ord, .. } = candidates[place];
        if seen.insert(conversation_ord) {
            answers.push(Answer { entry: ord, score });
            sure_answers += usize::from(nth < sure);
        }
    }
    let from = after.map_or(0, |[from]| usize::try_from(from).unwrap_or_default());
    let wanted = from + limit.get() as usize;
    let to = if from < sure_answers { wanted.min(sure_answers) } else { wanted };
    let mut more_behind = !others.is_empty();
    if to > answers.len() && more_behind {
        // Beyond what was scored there is only the order of the index.
        more_behind = false;
        for (ord, conversation) in entries::list_places(tx, others, &scope.hidden).await? {
            answers.extend(seen.insert(conversation).then_some(Answer { entry: ord, score: 0.0 }));
        }
    }
    let to = to.min(answers.len());
    let page = answers.get(from..to).unwrap_or_default();
    let next = (to < answers.len() || more_behind).then(|| Cursor(vec![to as i64]).encode());
    let ranked_newest = (!others.is_empty() || found.is_cut).then_some(scored.len() as i64);
    Ok(Hits { items: hits(tx, scope, &query, page).await?, next, ranked_newest })
}

/// An entry that answers, and how well.
#[derive(Clone, Copy)]
struct Answer {
    entry: i64,
    score: f32,
}

/// What may be seen of these entries, in their order.
async fn load(tx: &mut Tx, scope: &Scope, ords: &[i64]) -> Result<Vec<Candidate>> {
    let found = entries::list_candidates(tx, ords).await?;
    let mut by_ord: HashMap<i64, Candidate> = found.into_iter().map(|candidate| (candidate.ord, candidate)).collect();
    let all = ords.iter().filter_map(|ord| by_ord.remove(ord));
    Ok(all.filter(|candidate| scope.sees(candidate.door_ord)).collect())
}

/// Places of candidates, best first, and how many of them are sure answers. What the text does not say, its subject may.
fn put_in_order(query: &Query, candidates: &[Candidate]) -> (Vec<(usize, f32)>, usize) {
    let ranking = rank(query, candidates.iter().map(|candidate| candidate.text.as_str()));
    let ranked: HashSet<usize> = ranking.order.iter().map(|(place, _)| *place).collect();
    let others = (0..candidates.len()).filter(|place| !ranked.contains(place));
    let mut by_subject: Vec<(usize, f32)> = others
        .map(|place| (place, score(query, &candidates[place].whole())))
        .filter(|(_, score)| *score > 0.0)
        .collect();
    by_subject.sort_by(|a, b| b.1.total_cmp(&a.1));
    let sure = ranking.strong + by_subject.len();
    let mut order = ranking.order;
    order.splice(ranking.strong..ranking.strong, by_subject);
    (order, sure)
}

impl Candidate {
    /// The text with the subject above it.
    fn whole(&self) -> String {
        format!("{}\n{}", self.subject.as_deref().unwrap_or_default(), self.text)
    }
}

async fn hits(tx: &mut Tx, scope: &Scope, query: &Query, page: &[Answer]) -> Result<Vec<Hit>> {
    let ords: Vec<i64> = page.iter().map(|answer| answer.entry).collect();
    let candidates = load(tx, scope, &ords).await?;
    let conversations: Vec<i64> = candidates.iter().map(|candidate| candidate.conversation_ord).collect();
    let heads = heads_in_order(tx, &conversations).await?;
    let scores: HashMap<i64, f32> = page.iter().map(|answer| (answer.entry, answer.score)).collect();
    Ok(candidates
        .into_iter()
        .zip(heads)
        .map(|(candidate, head)| {
            let mut shown = snippet(&candidate.text, query, SNIPPET);
            if shown.marks.is_empty() {
                shown = snippet(&candidate.whole(), query, SNIPPET);
            }
            let score = f64::from(scores.get(&candidate.ord).copied().unwrap_or_default());
            Hit { head, entry_id: candidate.id, at: candidate.said_at, snippet: shown, score }
        })
        .collect())
}
