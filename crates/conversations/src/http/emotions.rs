//! How customers feel, over HTTP: of an entry and its correction, of a conversation, of somebody over time.
use super::out::{EntryOut, StaffCard, entries_out};
use crate::access::{self, Scope};
use crate::actions::emotions::{self as actions, parse_words};
use crate::model::{Emotion, MarkOrigin};
use crate::store::conversations::{self, Head};
use crate::store::emotions::{self, EmotionMark, InLine};
use crate::store::entries::Entry;
use base::{AccountId, EntryId, Error, PersonId, StaffId, TeamId, Time, Week, Zone};
use httpkit::{AppState, Can, Json, Path, Query, Read, Result, State, Tag};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use store::Tx;

/// From −2, very bad, to +2, very good.
type Valence = i64;

/// How a conversation's customers felt in their first and last entry, at worst and at best.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ConversationEmotion)]
pub struct Feeling {
    pub start: Valence,
    pub end: Valence,
    pub worst: Valence,
    pub best: Valence,
    /// The emotion that was named last.
    pub last: Option<Emotion>,
}

impl Feeling {
    pub fn of(head: &Head) -> Option<Feeling> {
        Some(Feeling {
            start: head.emotion_start?,
            end: head.emotion_end?,
            worst: head.emotion_worst?,
            best: head.emotion_best?,
            last: head.last_emotion,
        })
    }
}

/// What the model read.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct EmotionRead {
    pub valence: Valence,
    /// Only where it is sure.
    pub emotion: Option<Emotion>,
}

/// What a person says of it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct EmotionSaid {
    pub origin: MarkOrigin,
    pub by: Option<StaffCard>,
    /// Of somebody who is no member of staff here.
    pub name: Option<String>,
    pub at: Time,
}

/// How an entry was felt.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct EntryEmotion {
    /// As it stands: what a person says, else what was read.
    pub valence: Valence,
    pub emotion: Option<Emotion>,
    /// The words that say what was read, in Unicode scalars, half-open.
    pub words: Vec<(usize, usize)>,
    pub read: EmotionRead,
    /// Who says otherwise than what was read, or the same.
    pub said: Option<EmotionSaid>,
}

/// How these entries were felt, by ord.
pub async fn emotions_of(tx: &mut Tx, all: &[Entry]) -> base::Result<HashMap<i64, EntryEmotion>> {
    let ords: Vec<i64> = all.iter().map(|entry| entry.ord).collect();
    let revs: HashMap<i64, i64> = all.iter().map(|entry| (entry.ord, entry.rev)).collect();
    let read = emotions::list_read(tx, &ords).await?;
    let marks = emotions::list_marks(tx, &ords).await?;
    let standing: HashMap<i64, EmotionMark> =
        marks.into_iter().filter(|mark| mark.taken_back_at.is_none()).map(|mark| (mark.entry_ord, mark)).collect();
    let names = staff::list_staff_names(tx, standing.values().filter_map(|mark| mark.marked_by).collect()).await?;
    let card = |id: StaffId| Some(StaffCard { id, name: names.get(&id)?.clone() });
    let out = read.into_iter().map(|row| {
        let mark = standing.get(&row.entry_ord);
        let said = mark.map(|mark| EmotionSaid {
            origin: mark.origin,
            by: mark.marked_by.and_then(card),
            name: mark.marked_by_name.clone(),
            at: mark.marked_at,
        });
        let is_present = revs.get(&row.entry_ord) == Some(&row.entry_rev);
        let emotion = EntryEmotion {
            valence: mark.map_or(row.valence, |mark| mark.valence),
            emotion: mark.map_or(row.emotion, |mark| mark.emotion),
            words: if is_present { parse_words(&row.words) } else { Vec::new() },
            read: EmotionRead { valence: row.valence, emotion: row.emotion },
            said,
        };
        (row.entry_ord, emotion)
    });
    Ok(out.collect())
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct EmotionIn {
    /// From −2, very bad, to +2, very good.
    valence: i64,
    /// Of the same side as the valence; confusion goes with any.
    emotion: Option<Emotion>,
}

/// Say how a customer's entry was felt, where what was read is wrong.
///
/// What was read stays beside it, and so does what was said before.
#[utoipa::path(put, path = "/api/entries/{id}/emotion", tag = "conversations", operation_id = "correct_emotion",
    params(("id" = EntryId, Path)), request_body = EmotionIn,
    responses((status = 200, body = EntryOut), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn correct_emotion(
    can: Can<Tag>,
    State(app): State<AppState>,
    Path(id): Path<EntryId>,
    Json(input): Json<EmotionIn>,
) -> Result<Json<EntryOut>> {
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let (entry, head) = access::get_entry(&mut tx, &scope, id).await?;
    actions::correct_emotion(&mut tx, can.actor(), (&entry, &head), input.valence, input.emotion).await?;
    let out = entries_out(&mut tx, can.actor().ui, &head, vec![entry]).await?.pop().ok_or(Error::NotFound("entry"))?;
    tx.commit().await?;
    Ok(Json(out))
}

/// Take back what was said last of an entry's emotion; what was said before, or what was read, stands again.
#[utoipa::path(delete, path = "/api/entries/{id}/emotion", tag = "conversations", operation_id = "take_back_emotion",
    params(("id" = EntryId, Path)), responses((status = 200, body = EntryOut), (status = 404, body = httpkit::Problem)))]
pub async fn take_back_emotion(
    can: Can<Tag>,
    State(app): State<AppState>,
    Path(id): Path<EntryId>,
) -> Result<Json<EntryOut>> {
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let (entry, head) = access::get_entry(&mut tx, &scope, id).await?;
    actions::take_back_emotion(&mut tx, can.actor(), (&entry, &head)).await?;
    let out = entries_out(&mut tx, can.actor().ui, &head, vec![entry]).await?.pop().ok_or(Error::NotFound("entry"))?;
    tx.commit().await?;
    Ok(Json(out))
}

/// Whose emotion: exactly one of them.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LineIn {
    #[param(value_type = Option<String>)]
    person: Option<PersonId>,
    #[param(value_type = Option<String>)]
    team: Option<TeamId>,
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
}

/// Entries of one kind in a week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct EmotionsInWeek {
    /// Entries.
    pub n: u32,
    pub negative: u32,
    pub neutral: u32,
    pub positive: u32,
    /// From −2 to +2.
    pub mean: f64,
}

/// A week with entries, in the installation's zone. What was read and what people said are never added together.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct EmotionWeek {
    #[schema(example = "2026-W47")]
    pub week: String,
    #[schema(example = "2026-11-16")]
    pub start: String,
    /// The day after its last.
    #[schema(example = "2026-11-23")]
    pub end: String,
    pub read: EmotionsInWeek,
    pub said: Option<EmotionsInWeek>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct EmotionLine {
    /// The weeks of the last year in which something was said, oldest first.
    pub items: Vec<EmotionWeek>,
}

/// The emotion of somebody's entries week by week, over the last year.
#[utoipa::path(get, path = "/api/emotions", tag = "conversations", operation_id = "list_emotions", params(LineIn),
    responses((status = 200, body = EmotionLine), (status = 422, body = httpkit::Problem)))]
pub async fn list_emotions(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<LineIn>,
) -> Result<Json<EmotionLine>> {
    let mut tx = app.db.read().await?;
    let hidden = Scope::of(&mut tx, can.actor()).await?.hidden;
    let from = tx.now().plus(-366 * Time::DAY);
    let all = match query {
        LineIn { person: Some(id), team: None, account: None } => {
            let ords = conversations::list_person_ords(&mut tx, id).await?;
            emotions::list_of_persons(&mut tx, &ords, &hidden, from).await?
        }
        LineIn { person: None, team: Some(id), account: None } => {
            let ords = conversations::list_team_ords(&mut tx, id).await?;
            emotions::list_of_teams(&mut tx, &ords, &hidden, from).await?
        }
        LineIn { person: None, team: None, account: Some(id) } => {
            let ords = conversations::list_account_ords(&mut tx, id).await?;
            emotions::list_of_accounts(&mut tx, &ords, &hidden, from).await?
        }
        _ => return Err(Error::invalid("person", "error-emotion-of-whom").into()),
    };
    let zone = staff::get_settings(&mut tx).await?.zone;
    Ok(Json(EmotionLine { items: weeks(&all, &zone) }))
}

fn weeks(all: &[InLine], zone: &Zone) -> Vec<EmotionWeek> {
    let mut by_week: BTreeMap<i32, (Week, Vec<i64>, Vec<i64>)> = BTreeMap::new();
    for one in all {
        let week = one.said_at.week_in(zone);
        let (_, read, said) = by_week.entry(week.monday().number()).or_insert((week, Vec::new(), Vec::new()));
        read.push(one.read);
        said.extend(one.told);
    }
    let out = |(week, read, said): (Week, Vec<i64>, Vec<i64>)| EmotionWeek {
        week: week.to_string(),
        start: week.monday().to_string(),
        end: week.plus(1).monday().to_string(),
        read: count(&read).unwrap_or_default(),
        said: count(&said),
    };
    by_week.into_values().map(out).collect()
}

fn count(valences: &[Valence]) -> Option<EmotionsInWeek> {
    let of = |sign: i64| valences.iter().filter(|valence| valence.signum() == sign).count() as u32;
    let n = valences.len();
    let mean = valences.iter().sum::<i64>() as f64 / n.max(1) as f64;
    let week = EmotionsInWeek { n: n as u32, negative: of(-1), neutral: of(0), positive: of(1), mean };
    Some(week).filter(|_| n > 0)
}

/// How far reading got.
#[derive(Serialize, utoipa::ToSchema)]
pub struct EmotionReading {
    /// Entries looked at by the model of this version.
    pub read: i64,
    /// Entries there are.
    pub of: i64,
}

/// How far the emotion of entries has been read: all of them are read anew when the model changes.
#[utoipa::path(get, path = "/api/emotions/reading", tag = "conversations", operation_id = "get_emotion_reading",
    responses((status = 200, body = EmotionReading)))]
pub async fn get_emotion_reading(_can: Can<Read>, State(app): State<AppState>) -> Result<Json<EmotionReading>> {
    let mut tx = app.db.read().await?;
    let (read, of) = actions::progress(&mut tx).await?;
    Ok(Json(EmotionReading { read, of }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_keep_what_was_read_and_what_was_said_apart() {
        let at = |text: &str| Time::parse(text).unwrap();
        let line = |said_at, read, told| InLine { said_at, read, told };
        let all = [
            line(at("2026-11-16T01:00:00Z"), -2, None),
            line(at("2026-11-17T01:00:00Z"), 0, Some(1)),
            line(at("2026-11-23T01:00:00Z"), 1, None),
        ];
        let weeks = weeks(&all, &Zone::utc());
        assert_eq!(weeks.iter().map(|week| week.week.as_str()).collect::<Vec<_>>(), ["2026-W47", "2026-W48"]);
        assert_eq!((weeks[0].read.n, weeks[0].read.mean, weeks[0].read.negative), (2, -1.0, 1));
        assert_eq!(weeks[0].said.map(|said| (said.n, said.mean)), Some((1, 1.0)));
        assert_eq!((weeks[1].said, weeks[1].end.as_str()), (None, "2026-11-30"));
    }
}
