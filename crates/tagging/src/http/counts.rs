//! Counts over HTTP: who said it, how often, when, and in which segments.
use crate::access;
use crate::counts::{By, Columns, Counted, EMOTIONS, Filter, Four, Pick, SIZES, Selector};
use crate::engine::{TagEngine, minute};
use crate::model::{Catalogue, Kind};
use base::{Day, DoorId, Error, Right, TagId, Time, Week, Zone};
use httpkit::{AppState, Can, Json, Path, Query, Read, Result, State};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ByIn {
    #[default]
    SaidAt,
    TaggedAt,
}

/// In which catalogue, and of which moment, something is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AsOf {
    /// As mapped now: merged tags count where they lead; plan, value and size as they are today.
    #[default]
    Now,
    /// As tagged then: every tagging counts for the tag it was put on; plan and value as they were when it was said.
    Then,
    /// As everything stood at the end of a minute: the catalogue, its merges, and the taggings.
    Minute(i32),
}

impl AsOf {
    /// `now`, `then`, a moment (RFC 3339), or a day, which means its end in the installation's zone.
    fn parse(text: Option<&str>, zone: &Zone) -> base::Result<AsOf> {
        let end_of = |day: Day| AsOf::Minute(minute(day.plus(1).start_in(zone)) - 1);
        match text {
            None | Some("now") => Ok(AsOf::Now),
            Some("then") => Ok(AsOf::Then),
            Some(text) => Day::parse(text)
                .map(end_of)
                .or_else(|_| base::Time::parse(text).map(|t| AsOf::Minute(minute(t))))
                .map_err(|_| Error::invalid("as_of", "error-as-of")),
        }
    }
}

/// The catalogue that a query counts in.
pub async fn catalogue_of(app: &AppState, query: &CountsQuery) -> Result<Arc<Catalogue>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let mut tx = app.db.read().await?;
    let zone = staff::get_settings(&mut tx).await?.zone;
    Ok(match AsOf::parse(query.as_of.as_deref(), &zone)? {
        AsOf::Now => engine.catalogue(),
        AsOf::Then => Arc::new(engine.catalogue().unmerged()),
        AsOf::Minute(m) => {
            let end = base::Time((i64::from(m) + 1) * 60_000_000);
            engine.catalogue_before(&mut tx, end).await?
        }
    })
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CountsQuery {
    /// First day, in the installation's zone (`YYYY-MM-DD`); from the beginning unless said.
    pub from: Option<String>,
    /// The day after the last; until now unless said.
    pub to: Option<String>,
    /// `said_at` unless said.
    #[param(inline)]
    pub by: Option<ByIn>,
    /// With everything below the tag; true unless said.
    pub subtree: Option<bool>,
    pub plan: Option<String>,
    pub value_band: Option<String>,
    /// A band of employees: `1-9`, `10-49`, `50-249`, `250-999`, `1000+`, or `none` where unknown.
    pub company_size: Option<String>,
    /// The same bands of seats.
    pub team_size: Option<String>,
    pub channel: Option<String>,
    pub language: Option<String>,
    /// How the conversation was felt at its worst, as read or corrected until now: `very_bad`, `bad`, `neutral`, `good`,
    /// `very_good`, or `none` where no entry of a customer was read.
    pub emotion: Option<String>,
    #[param(inline)]
    pub kind: Option<Kind>,
    pub door: Option<String>,
    /// `now`: as mapped now. `then`: as tagged then, with plans as they were. A day or a moment: as it stood then.
    pub as_of: Option<String>,
}

/// A week of a series, Monday first, in the installation's zone.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct WeekOut {
    #[schema(example = "2026-W47")]
    pub week: String,
    #[schema(example = "2026-11-16")]
    pub start: String,
    pub conversations: Option<u32>,
    pub persons: Option<u32>,
    pub accounts: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Segment {
    /// The plan, channel, kind, language or band; `none` for those without.
    pub key: String,
    pub conversations: Option<u32>,
    pub persons: Option<u32>,
    pub teams: Option<u32>,
    pub accounts: Option<u32>,
    /// Accounts there are in this segment at all, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<u32>,
    /// The share of those accounts and its 80 % interval (Wilson); absent below ten cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<ShareOut>,
}

#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ShareOut {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct BySegment {
    pub plan: Vec<Segment>,
    pub value_band: Vec<Segment>,
    pub channel: Vec<Segment>,
    pub language: Vec<Segment>,
    pub kind: Vec<Segment>,
}

/// Distinct conversations, persons, teams and accounts. Null where fewer than three persons stand behind a number and
/// you may not see so few.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CountsOut {
    pub conversations: Option<u32>,
    pub persons: Option<u32>,
    pub teams: Option<u32>,
    pub accounts: Option<u32>,
    /// Living taggings behind the figures.
    pub n: Option<u32>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub too_few: bool,
    pub series: Vec<WeekOut>,
    pub by: BySegment,
}

/// A count below this many persons is not shown to everybody.
pub const FEW: u32 = 3;
/// Below this many cases a share says nothing.
const LEAST_CASES: u32 = 10;
/// Stretches of time a series shows at most: ten years of weeks.
const MOST_STRETCHES: usize = 520;

/// The filter a query means. `hidden` are the doors the actor does not see.
pub async fn filter_of(app: &AppState, actor: &base::Actor, q: &CountsQuery) -> Result<(Filter, Zone)> {
    let mut tx = app.db.read().await?;
    let zone = staff::get_settings(&mut tx).await?.zone;
    let day = |text: &Option<String>, field: &'static str| -> base::Result<Option<i32>> {
        let Some(text) = text else { return Ok(None) };
        let day = Day::parse(text).map_err(|_| Error::invalid(field, "error-day"))?;
        Ok(Some(minute(day.start_in(&zone))))
    };
    let (from, to) = (day(&q.from, "from")?, day(&q.to, "to")?);
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(Error::invalid("to", "error-period").into());
    }
    for (field, size) in [("company_size", &q.company_size), ("team_size", &q.team_size)] {
        if size.as_ref().is_some_and(|size| size != "none" && SIZES.iter().all(|(key, _)| key != size)) {
            return Err(Error::invalid(field, "error-size-band").into());
        }
    }
    if q.emotion.as_ref().is_some_and(|emotion| emotion != "none" && !EMOTIONS.contains(&emotion.as_str())) {
        return Err(Error::invalid("emotion", "error-emotion-word").into());
    }
    let door = match &q.door {
        None => None,
        Some(text) => {
            let id = DoorId::parse(text).map_err(|_| Error::invalid("door", "error-id"))?;
            let door = conversations::list_doors(&mut tx).await?.into_iter().find(|d| d.id == id);
            Some(door.ok_or(Error::NotFound("door"))?.ord as u16)
        }
    };
    let as_of = AsOf::parse(q.as_of.as_deref(), &zone)?;
    drop(tx);
    let merged = match as_of {
        AsOf::Now => None,
        _ => Some(Arc::new(catalogue_of(app, q).await?.merged())),
    };
    let hidden = app.hub.hidden_doors(actor).await?.into_iter().map(|d| d as u16).collect();
    let filter = Filter {
        from,
        to,
        by: if q.by == Some(ByIn::TaggedAt) { By::Tagged } else { By::Said },
        plan: q.plan.clone(),
        value_band: q.value_band.clone(),
        company_size: q.company_size.clone(),
        team_size: q.team_size.clone(),
        channel: q.channel.clone(),
        language: q.language.clone(),
        emotion: q.emotion.clone(),
        kind: q.kind,
        without_kind: false,
        door,
        person: None,
        team: None,
        account: None,
        hidden,
        then: as_of == AsOf::Then,
        merged,
        at: if let AsOf::Minute(m) = as_of { Some(m) } else { None },
    };
    Ok((filter, zone))
}

/// Stretches of time a count can go along, in the installation's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// From Monday on.
    Week,
    Month,
}

impl Stretch {
    /// The first days of every stretch from the one of the first moment to the one of the last, the newest if they are
    /// too many.
    pub fn days(self, zone: &Zone, first: i32, last: i32) -> Vec<Day> {
        let day = |at: i32| Time(i64::from(at) * 60_000_000).day_in(zone);
        let start = |day: Day| match self {
            Stretch::Week => Week::of(day).monday(),
            Stretch::Month => Day(day.0.first_of_month()),
        };
        let mut days = vec![start(day(last))];
        while days[days.len() - 1] > day(first) && days.len() < MOST_STRETCHES {
            days.push(start(days[days.len() - 1].plus(-1)));
        }
        days.reverse();
        days
    }
}

pub fn starts(days: &[Day], zone: &Zone) -> Vec<i32> {
    days.iter().map(|day| minute(day.start_in(zone))).collect()
}

/// Counts a selector as the API shows it.
pub async fn counts_out(
    app: &AppState,
    actor: &base::Actor,
    selector: Selector,
    query: &CountsQuery,
) -> Result<CountsOut> {
    let (filter, zone) = filter_of(app, actor, query).await?;
    let sees_few = actor.may(Right::SeeSmallCounts);
    let (for_zone, for_filter) = (zone.clone(), filter.clone());
    let (counted, plan_sizes, band_sizes) = app
        .get::<TagEngine>()
        .ask(move |columns: &Columns| {
            let weeks = |first, last| starts(&Stretch::Week.days(&for_zone, first, last), &for_zone);
            let counted = columns.count(&selector, &for_filter, weeks);
            let (plans, bands) = columns.segment_sizes();
            (counted, plans, bands)
        })
        .await?;
    Ok(shown(counted, &plan_sizes, &band_sizes, query, sees_few, &zone))
}

fn shown(
    c: Counted,
    plans: &BTreeMap<String, u32>,
    bands: &BTreeMap<String, u32>,
    q: &CountsQuery,
    sees_few: bool,
    zone: &Zone,
) -> CountsOut {
    let visible = |four: &Four| sees_few || four.persons >= FEW || four.conversations == 0;
    let some = |four: &Four, n: u32| visible(four).then_some(n);
    let segments = |map: &BTreeMap<String, Four>, sizes: Option<&BTreeMap<String, u32>>| -> Vec<Segment> {
        let mut list: Vec<(&String, &Four)> = map.iter().collect();
        list.sort_by_key(|(key, four)| (std::cmp::Reverse(four.conversations), (*key).clone()));
        list.into_iter()
            .map(|(key, four)| {
                let of = sizes.filter(|_| !key.is_empty()).and_then(|s| s.get(key)).copied();
                let share =
                    of.filter(|of| *of >= LEAST_CASES && visible(four)).map(|of| wilson(four.accounts, of, Z80));
                Segment {
                    key: if key.is_empty() { "none".into() } else { key.clone() },
                    conversations: some(four, four.conversations),
                    persons: some(four, four.persons),
                    teams: some(four, four.teams),
                    accounts: some(four, four.accounts),
                    of,
                    share,
                }
            })
            .collect()
    };
    let t = c.total;
    CountsOut {
        conversations: some(&t, t.conversations),
        persons: some(&t, t.persons),
        teams: some(&t, t.teams),
        accounts: some(&t, t.accounts),
        n: some(&t, c.n),
        from: q.from.clone(),
        to: q.to.clone(),
        too_few: !visible(&t),
        series: if visible(&t) { weeks(&c.series, zone, &visible) } else { vec![] },
        by: BySegment {
            plan: segments(&c.plans, Some(plans)),
            value_band: segments(&c.value_bands, Some(bands)),
            channel: segments(&c.channels, None),
            language: segments(&c.languages, None),
            kind: segments(&c.kinds, None),
        },
    }
}

/// Every week from the first to the last with something in it, the newest ten years.
fn weeks(series: &[(i32, Four)], zone: &Zone, visible: &dyn Fn(&Four) -> bool) -> Vec<WeekOut> {
    let week = |(start, four): &(i32, Four)| {
        let some = |n: u32| visible(four).then_some(n);
        let monday = Time(i64::from(*start) * 60_000_000).day_in(zone);
        WeekOut {
            week: Week::of(monday).to_string(),
            start: monday.to_string(),
            conversations: some(four.conversations),
            persons: some(four.persons),
            accounts: some(four.accounts),
        }
    };
    series.iter().map(week).collect()
}

/// The standard normal quantile of .90: both sides of 80 %.
const Z80: f64 = 1.281_551_565_544_600_4;

/// Wilson's score interval of a share (Wilson 1927, without continuity correction).
fn wilson(k: u32, n: u32, z: f64) -> ShareOut {
    let (k, n) = (f64::from(k), f64::from(n));
    let p = k / n;
    let centre = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    ShareOut { value: p, low: (centre - half).max(0.0), high: (centre + half).min(1.0) }
}

/// The selector of one tag. One that was not there yet counts nothing.
pub async fn selector_of(app: &AppState, id: TagId, q: &CountsQuery) -> Result<Selector> {
    let catalogue = catalogue_of(app, q).await?;
    let ords = match access::find_tag(&catalogue, id) {
        Some(tag) if q.subtree.unwrap_or(true) => catalogue.subtree(tag.ord),
        Some(tag) => vec![tag.ord],
        None => {
            access::get_tag(&app.get::<TagEngine>().catalogue(), id)?;
            vec![]
        }
    };
    let pick = Pick { tags: ords.into_iter().map(|o| o as u32).collect(), kinds: 0 };
    Ok(Selector { include: vec![pick], exclude: vec![] })
}

/// Count who said it.
///
/// Distinct conversations, persons, teams and accounts; per week; and by plan, value band, channel, language and kind.
#[utoipa::path(get, path = "/api/tags/{id}/counts", tag = "tagging", operation_id = "count_tag",
    params(("id" = TagId, Path), CountsQuery),
    responses((status = 200, body = CountsOut), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn count_tag(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<TagId>,
    Query(query): Query<CountsQuery>,
) -> Result<Json<CountsOut>> {
    let selector = selector_of(&app, id, &query).await?;
    Ok(Json(counts_out(&app, can.actor(), selector, &query).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Golden values: `statsmodels.stats.proportion.proportion_confint(k, n, 0.2, "wilson")`.
    #[test]
    fn a_share_has_the_interval_that_wilson_gave_it() {
        for (k, n, low, high) in
            [(22, 380, 0.044_359, 0.075_236), (9, 41, 0.148_368, 0.312_263), (0, 20, 0.0, 0.075_887)]
        {
            let s = wilson(k, n, Z80);
            assert!((s.low - low).abs() < 1e-6 && (s.high - high).abs() < 1e-6, "{k}/{n}: {s:?}");
        }
    }

    #[test]
    fn a_week_begins_on_monday_and_a_month_on_its_first_in_the_installations_zone() {
        let seoul = Zone::parse("Asia/Seoul").unwrap();
        let days = |stretch: Stretch, first: &str, last: &str| {
            let at = |text| minute(Time::parse(text).unwrap());
            stretch.days(&seoul, at(first), at(last)).iter().map(Day::to_string).collect::<Vec<_>>()
        };
        // Sunday evening in London is Monday morning in Seoul.
        assert_eq!(days(Stretch::Week, "2026-11-15T14:59:00Z", "2026-11-15T15:00:00Z"), ["2026-11-09", "2026-11-16"]);
        assert_eq!(days(Stretch::Week, "2026-11-15T15:00:00Z", "2026-11-16T15:00:00Z"), ["2026-11-16"]);
        assert_eq!(
            days(Stretch::Month, "2026-09-30T14:59:00Z", "2026-10-31T15:00:00Z"),
            ["2026-09-01", "2026-10-01", "2026-11-01"]
        );
        assert_eq!(days(Stretch::Week, "1990-01-01T00:00:00Z", "2026-11-16T00:00:00Z").len(), MOST_STRETCHES);
    }
}
