//! The explorer over HTTP: any tags, cut by one or two dimensions; what stands beside them; what is new this week.
use super::counts::{ByIn, CountsQuery, FEW, Segment, Stretch, catalogue_of, filter_of, starts};
use super::evidence::{EvidenceOut, NeighbourOut, evidence_behind};
use crate::access;
use crate::counts::{Columns, Dim, EMOTIONS, Filter, Four, Pick, SIZES, Selector, Table};
use crate::engine::{TagEngine, minute};
use crate::model::Kind;
use axum::{http::header, response::IntoResponse};
use base::{Actor, Day, Error, Page, Right, TagId, Time, Week, Zone};
use httpkit::{AppState, Can, Json, PageQuery, Query, Read, Result, State};
use serde::{Deserialize, Serialize};

/// One way to cut a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    Plan,
    ValueBand,
    /// By employees of the account.
    CompanySize,
    /// By seats of the team.
    TeamSize,
    Channel,
    Language,
    Kind,
    /// By how the conversation was felt at its worst, as read or corrected until now: `very_bad`, `bad`, `neutral`, `good`,
    /// `very_good`, or `none` where no entry of a customer was read. A conversation is in one of them.
    Emotion,
    /// By the Monday it begins with.
    Week,
    Month,
}

impl Cut {
    fn stretch(self) -> Option<Stretch> {
        match self {
            Cut::Week => Some(Stretch::Week),
            Cut::Month => Some(Stretch::Month),
            _ => None,
        }
    }
    fn dim(self) -> Option<Dim> {
        Some(match self {
            Cut::Plan => Dim::Plan,
            Cut::ValueBand => Dim::ValueBand,
            Cut::CompanySize => Dim::CompanySize,
            Cut::TeamSize => Dim::TeamSize,
            Cut::Channel => Dim::Channel,
            Cut::Language => Dim::Language,
            Cut::Kind => Dim::Kind,
            Cut::Emotion => Dim::Emotion,
            Cut::Week | Cut::Month => return None,
        })
    }
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExploreQuery {
    /// Ids of tags, joined by commas; all tags unless said.
    pub tags: Option<String>,
    #[param(inline)]
    pub rows: Option<Cut>,
    #[param(inline)]
    pub columns: Option<Cut>,
    /// First day, in the installation's zone (`YYYY-MM-DD`); from the beginning unless said.
    pub from: Option<String>,
    /// The day after the last; until now unless said.
    pub to: Option<String>,
    /// `said_at` unless said.
    #[param(inline)]
    pub by: Option<ByIn>,
    /// With everything below the tags; true unless said.
    pub subtree: Option<bool>,
    /// In this and the next ones `none` chooses those without.
    pub plan: Option<String>,
    pub value_band: Option<String>,
    pub company_size: Option<String>,
    pub team_size: Option<String>,
    pub channel: Option<String>,
    pub language: Option<String>,
    pub kind: Option<String>,
    /// How the conversation was felt at its worst, as read or corrected until now: `very_bad`, `bad`, `neutral`, `good` or
    /// `very_good`.
    pub emotion: Option<String>,
    pub door: Option<String>,
    /// `now`, `then`, a day or a moment: as for the counts of one tag.
    pub as_of: Option<String>,
}

impl ExploreQuery {
    /// The same question about one tag.
    fn counts_query(&self) -> Result<CountsQuery> {
        let kind = self.kind.as_deref().filter(|kind| *kind != "none").map(Kind::parse).transpose()?;
        Ok(CountsQuery {
            from: self.from.clone(),
            to: self.to.clone(),
            by: self.by,
            subtree: self.subtree,
            plan: self.plan.clone(),
            value_band: self.value_band.clone(),
            company_size: self.company_size.clone(),
            team_size: self.team_size.clone(),
            channel: self.channel.clone(),
            language: self.language.clone(),
            emotion: self.emotion.clone(),
            kind,
            door: self.door.clone(),
            as_of: self.as_of.clone(),
        })
    }

    async fn filter(&self, app: &AppState, actor: &Actor) -> Result<(Filter, Zone)> {
        let (filter, zone) = filter_of(app, actor, &self.counts_query()?).await?;
        Ok((Filter { without_kind: self.kind.as_deref() == Some("none"), ..filter }, zone))
    }

    /// The chosen tags; all there are when none was chosen.
    async fn selector(&self, app: &AppState) -> Result<Selector> {
        let catalogue = catalogue_of(app, &self.counts_query()?).await?;
        let mut tags = Vec::new();
        for id in self.tags.iter().flat_map(|list| list.split(',')).map(str::trim).filter(|id| !id.is_empty()) {
            let id = TagId::parse(id).map_err(|_| Error::invalid("tags", "error-id"))?;
            // What is there today and was not then counts nothing.
            let Some(tag) = access::find_tag(&catalogue, id) else {
                access::get_tag(&app.get::<TagEngine>().catalogue(), id)?;
                continue;
            };
            let ord = tag.ord;
            tags.extend(if self.subtree.unwrap_or(true) { catalogue.subtree(ord) } else { vec![ord] });
        }
        if self.tags.is_none() {
            tags.extend(catalogue.tags.iter().map(|t| t.ord));
        }
        let pick = Pick { tags: tags.into_iter().map(|o| o as u32).collect(), kinds: 0 };
        Ok(Selector { include: vec![pick], exclude: vec![] })
    }

    /// What the rows and the columns are; along time at most one of them.
    fn cuts(&self) -> Result<[Option<Cut>; 2]> {
        let cuts = [self.rows, self.columns];
        let twice = self.rows.is_some() && self.rows == self.columns;
        if twice || cuts.iter().flatten().filter(|cut| cut.stretch().is_some()).count() > 1 {
            return Err(Error::invalid("columns", "error-explore-cuts").into());
        }
        Ok(cuts)
    }
}

/// A pair of a row and a column with something in it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CellOut {
    pub row: String,
    pub column: String,
    pub conversations: Option<u32>,
    pub persons: Option<u32>,
    pub teams: Option<u32>,
    pub accounts: Option<u32>,
}

/// Distinct conversations, persons, teams and accounts: of everything asked for, of each row, of each column and of each
/// pair. Null where fewer than three persons stand behind a number and you may not see so few. Rows do not add up to
/// the whole where somebody is in more than one of them.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ExploreOut {
    pub conversations: Option<u32>,
    pub persons: Option<u32>,
    pub teams: Option<u32>,
    pub accounts: Option<u32>,
    /// Living taggings behind the figures.
    pub n: Option<u32>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub too_few: bool,
    pub rows: Vec<Segment>,
    pub columns: Vec<Segment>,
    /// Only where both were asked for.
    pub cells: Vec<CellOut>,
}

/// Hides what stands on too few persons from those who may not see so few.
struct Veil(bool);

impl Veil {
    fn of(actor: &Actor) -> Veil {
        Veil(!actor.may(Right::SeeSmallCounts))
    }
    fn hides(&self, four: &Four) -> bool {
        self.0 && four.persons < FEW && four.conversations > 0
    }
    fn show(&self, four: &Four, n: u32) -> Option<u32> {
        (!self.hides(four)).then_some(n)
    }
    fn segment(&self, (key, four): &(String, Four)) -> Segment {
        let show = |n| self.show(four, n);
        Segment {
            key: key.clone(),
            conversations: show(four.conversations),
            persons: show(four.persons),
            teams: show(four.teams),
            accounts: show(four.accounts),
            of: None,
            share: None,
        }
    }
    fn cell(&self, row: &str, column: &str, four: &Four) -> CellOut {
        let show = |n| self.show(four, n);
        CellOut {
            row: row.into(),
            column: column.into(),
            conversations: show(four.conversations),
            persons: show(four.persons),
            teams: show(four.teams),
            accounts: show(four.accounts),
        }
    }
}

/// Rows, columns and cells with their names, before anything is hidden.
#[derive(Default)]
struct Named {
    total: Four,
    n: u32,
    rows: Vec<(String, Four)>,
    columns: Vec<(String, Four)>,
    cells: Vec<(String, String, Four)>,
}

fn name(columns: &Columns, dim: Dim, value: u16) -> String {
    match columns.name_of(dim, value) {
        "" => "none".into(),
        name => name.into(),
    }
}

/// Sizes from small to large, emotions from the worst to the best, everything else from the most conversations to the
/// fewest, those without last.
fn in_order(dim: Dim, mut list: Vec<(String, Four)>) -> Vec<(String, Four)> {
    let place = |key: &str| match dim {
        Dim::CompanySize | Dim::TeamSize => SIZES.iter().position(|(known, _)| *known == key),
        Dim::Emotion => EMOTIONS.iter().position(|known| *known == key),
        _ => None,
    };
    list.sort_by_key(|(key, four)| (key == "none", place(key), std::cmp::Reverse(four.conversations), key.clone()));
    list
}

fn named(c: &Columns, selector: &Selector, filter: &Filter, zone: &Zone, [rows, columns]: [Option<Cut>; 2]) -> Named {
    let cuts = [rows, columns];
    let Some(stretch) = cuts.iter().flatten().find_map(|cut| cut.stretch()) else {
        let dims = cuts.map(|cut| cut.and_then(Cut::dim));
        let table = c.tabulate(selector, filter, dims, &[]);
        let list = |dim: Option<Dim>, values: &[(u16, Four)]| {
            let of = |dim| in_order(dim, values.iter().map(|(v, four)| (name(c, dim, *v), *four)).collect());
            dim.map_or_else(Vec::new, of)
        };
        let pair = |(values, four): &([u16; 2], Four)| {
            let [row, column] = [0, 1].map(|i| dims[i].map(|dim| name(c, dim, values[i])));
            Some((row?, column?, *four))
        };
        return Named {
            total: table.total,
            n: table.n,
            rows: list(dims[0], &table.firsts),
            columns: list(dims[1], &table.seconds),
            cells: table.cells.iter().filter_map(pair).collect(),
        };
    };
    let days = c.span(selector, filter).map_or_else(Vec::new, |(first, last)| stretch.days(zone, first, last));
    let other = cuts.iter().flatten().find_map(|cut| cut.dim());
    let Table { total, n, firsts, buckets, .. } = c.tabulate(selector, filter, [other, None], &starts(&days, zone));
    let key = |day: &Day| match stretch {
        Stretch::Week => day.to_string(),
        Stretch::Month => day.to_string()[..7].to_owned(),
    };
    let times: Vec<(String, Four)> = days.iter().zip(&buckets).map(|(day, bucket)| (key(day), bucket.total)).collect();
    let others = other.map_or_else(Vec::new, |dim| {
        in_order(dim, firsts.iter().map(|(value, four)| (name(c, dim, *value), *four)).collect())
    });
    let along_rows = rows.is_some_and(|cut| cut.stretch().is_some());
    let mut cells = Vec::new();
    for ((time, _), bucket) in times.iter().zip(&buckets) {
        for (value, four) in other.iter().flat_map(|dim| bucket.firsts.iter().map(move |(v, f)| (name(c, *dim, *v), f)))
        {
            let (row, column) = if along_rows { (time.clone(), value) } else { (value, time.clone()) };
            cells.push((row, column, *four));
        }
    }
    let (rows, columns) = if along_rows { (times, others) } else { (others, times) };
    Named { total, n, rows, columns, cells }
}

async fn explored(app: &AppState, actor: &Actor, query: &ExploreQuery) -> Result<ExploreOut> {
    let cuts = query.cuts()?;
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let at = engine.stands_at().await;
    let selector = query.selector(app).await?;
    let (filter, zone) = query.filter(app, actor).await?;
    let question = format!("{query:?} {:?} {zone:?}", filter.hidden);
    let found = engine.ask_once(at, question, move |columns| named(columns, &selector, &filter, &zone, cuts)).await?;
    let veil = Veil::of(actor);
    let (t, too_few) = (found.total, veil.hides(&found.total));
    let segments = |list: &[(String, Four)]| list.iter().map(|part| veil.segment(part)).collect();
    Ok(ExploreOut {
        conversations: veil.show(&t, t.conversations),
        persons: veil.show(&t, t.persons),
        teams: veil.show(&t, t.teams),
        accounts: veil.show(&t, t.accounts),
        n: veil.show(&t, found.n),
        from: query.from.clone(),
        to: query.to.clone(),
        too_few,
        rows: segments(&found.rows),
        columns: segments(&found.columns),
        cells: found.cells.iter().map(|(row, column, four)| veil.cell(row, column, four)).collect(),
    })
}

/// Explore counts.
///
/// Any tags, or all, cut by one or two of plan, value, sizes, channel, language, kind, emotion and time.
#[utoipa::path(get, path = "/api/explore", tag = "tagging", operation_id = "explore_counts", params(ExploreQuery),
    responses((status = 200, body = ExploreOut), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn explore_counts(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<ExploreQuery>,
) -> Result<Json<ExploreOut>> {
    Ok(Json(explored(&app, can.actor(), &query).await?))
}

/// Read the words behind any cell, newest first: the filters of the table and of the cell together.
#[utoipa::path(get, path = "/api/explore/evidence", tag = "tagging", operation_id = "list_explored_evidence",
    params(ExploreQuery, PageQuery),
    responses((status = 200, body = Page<EvidenceOut>), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn list_explored_evidence(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<ExploreQuery>,
    page: PageQuery,
) -> Result<Json<Page<EvidenceOut>>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let selector = query.selector(&app).await?;
    let (filter, _) = query.filter(&app, can.actor()).await?;
    Ok(Json(evidence_behind(&app, selector, filter, &page).await?))
}

/// A tag that is spoken of this week.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct FreshOut {
    pub tag: TagId,
    /// Distinct conversations since Monday; null where too few persons stand behind them for you to see.
    pub conversations: Option<u32>,
    /// Distinct conversations in each of the eight weeks before, the oldest first.
    pub before: Vec<Option<u32>>,
    /// Nobody spoke of it in those eight weeks.
    pub is_new: bool,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Around {
    /// Tags on the same conversations, most shared first; none when all tags are asked for.
    pub beside: Vec<NeighbourOut>,
    /// What is new this week: tags nobody spoke of in the eight weeks before, then those spoken of more than in any of
    /// them. The period of the query does not matter here.
    pub fresh: Vec<FreshOut>,
    /// The Monday of this week.
    pub week: String,
}

const MOST_BESIDE: usize = 12;
const MOST_FRESH: usize = 12;
const WEEKS_BEFORE: i32 = 8;

/// See what stands beside the chosen tags, and what is new this week.
#[utoipa::path(get, path = "/api/explore/around", tag = "tagging", operation_id = "explore_around", params(ExploreQuery),
    responses((status = 200, body = Around), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn explore_around(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<ExploreQuery>,
) -> Result<Json<Around>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let at = engine.stands_at().await;
    let (selector, all) = (query.selector(&app).await?, query.tags.is_none());
    let (filter, zone) = query.filter(&app, can.actor()).await?;
    let week = Week::of(Time::now().day_in(&zone));
    let mondays: Vec<i32> = (-WEEKS_BEFORE..=0).map(|n| minute(week.plus(n).monday().start_in(&zone))).collect();
    let question = format!("around {query:?} {:?} {mondays:?}", filter.hidden);
    let found = engine
        .ask_once(at, question, move |c| {
            let beside = if all { vec![] } else { c.neighbours(&selector, &filter, MOST_BESIDE) };
            (beside, c.lately(&selector, &filter, &mondays))
        })
        .await?;
    let (beside, lately) = (*found).clone();
    let (catalogue, veil) = (engine.catalogue(), Veil::of(can.actor()));
    let out = |(tag, weeks): &(u32, Vec<Four>)| {
        let (now, before) = weeks.split_last()?;
        let show = |four: &Four| veil.show(four, four.conversations);
        Some(FreshOut {
            tag: catalogue.by_ord(i64::from(*tag))?.id,
            conversations: show(now),
            before: before.iter().map(show).collect(),
            is_new: before.iter().all(|four| four.conversations == 0),
        })
    };
    let beside = NeighbourOut::list(&engine, can.actor(), beside);
    let fresh = risen(lately).iter().filter_map(out).collect();
    Ok(Json(Around { beside, fresh, week: week.monday().to_string() }))
}

/// Those above all earlier weeks: first those that are new, then by how far they rose.
fn risen(mut lately: Vec<(u32, Vec<Four>)>) -> Vec<(u32, Vec<Four>)> {
    let rise = |weeks: &[Four]| {
        let (now, before) = weeks.split_last()?;
        let most = before.iter().map(|four| four.conversations).max().unwrap_or_default();
        (now.conversations > most).then(|| (most > 0, std::cmp::Reverse(now.conversations - most)))
    };
    lately.retain(|(_, weeks)| rise(weeks).is_some());
    lately.sort_by_key(|(tag, weeks)| (rise(weeks), *tag));
    lately.truncate(MOST_FRESH);
    lately
}

/// Take the table along, for a spreadsheet.
///
/// A line for each row, column or pair. A number that is hidden from you is empty.
#[utoipa::path(get, path = "/api/explore.csv", tag = "tagging", operation_id = "export_explored", params(ExploreQuery),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 422, body = httpkit::Problem)))]
pub async fn export_explored(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<ExploreQuery>,
) -> Result<impl IntoResponse> {
    let table = explored(&app, can.actor(), &query).await?;
    let text = written(&table, &query)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"explore.csv\""),
    ];
    Ok((headers, text))
}

/// With the mark that tells spreadsheets it is UTF-8: Korean text would be garbled without it.
fn written(table: &ExploreOut, query: &ExploreQuery) -> base::Result<String> {
    let word = |cut: Option<Cut>| cut.and_then(|cut| serde_json::to_value(cut).ok()?.as_str().map(str::to_owned));
    let number = |n: Option<u32>| n.map_or_else(String::new, |n| n.to_string());
    let mut out = csv::Writer::from_writer(Vec::new());
    let heads = [word(query.rows), word(query.columns)].map(|head| head.unwrap_or_else(|| "all".into()));
    let mut line = |row: &str, column: &str, ns: [Option<u32>; 4]| {
        let [c, p, t, a] = ns.map(number);
        out.write_record([&plain(row), &plain(column), &c, &p, &t, &a]).map_err(Error::store)
    };
    let of = |s: &Segment| [s.conversations, s.persons, s.teams, s.accounts];
    line("", "", [table.conversations, table.persons, table.teams, table.accounts])?;
    for row in &table.rows {
        line(&row.key, "", of(row))?;
    }
    for column in &table.columns {
        line("", &column.key, of(column))?;
    }
    for cell in &table.cells {
        line(&cell.row, &cell.column, [cell.conversations, cell.persons, cell.teams, cell.accounts])?;
    }
    let lines = out.into_inner().map_err(Error::store)?;
    let [rows, columns] = heads;
    let head = format!("\u{feff}{rows},{columns},conversations,persons,teams,accounts\n");
    Ok(head + &String::from_utf8_lossy(&lines))
}

/// A text that a spreadsheet takes for a text: names of plans come from outside, and a formula would run.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weeks(counts: [u32; 3]) -> Vec<Four> {
        counts.iter().map(|n| Four { conversations: *n, persons: *n, ..Four::default() }).collect()
    }

    #[test]
    fn what_is_new_comes_before_what_rose_and_what_did_not_rise_is_left_out() {
        let lately = vec![(1, weeks([3, 4, 5])), (2, weeks([0, 0, 1])), (3, weeks([5, 1, 5])), (4, weeks([1, 1, 9]))];
        let order: Vec<u32> = risen(lately).into_iter().map(|(tag, _)| tag).collect();
        assert_eq!(order, [2, 4, 1]);
    }

    #[test]
    fn a_plan_named_like_a_formula_stays_a_text() {
        assert_eq!(plain("=1+1"), "'=1+1");
        assert_eq!(plain("Plus"), "Plus");
    }
}
