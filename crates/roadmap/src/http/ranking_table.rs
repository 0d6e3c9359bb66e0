//! The ranking as a table (CSV): out with every figure; in with what people estimate: effort, feasibility and fit.
use super::ranking::{RankedOut, ranked_out};
use crate::actions::{self, ItemPatch, ItemReport};
use crate::model::{Feasibility, Item, TeamEffort};
use crate::rank::{RankEngine, WhatIf};
use crate::{access, plan, store as items};
use axum::http::header;
use axum::response::IntoResponse;
use base::{Error, ItemId, Right};
use httpkit::{AppState, Can, Json, Plan, Read, Result, SkippedLine, State, Table, find_unknown_columns};
use tagging::TagEngine;

/// What is computed is written and passed over when it comes back.
const COMPUTED: [&str; 12] = [
    "title_ko",
    "title_en",
    "place",
    "place_from",
    "place_to",
    "asks",
    "askers",
    "demand",
    "importance",
    "strategy",
    "value",
    "score",
];
/// What is taken in. An empty cell takes away; a column that is not there leaves alone.
const ESTIMATED: [&str; 7] =
    ["feasibility", "feasibility_reason", "effort_low", "effort_likely", "effort_high", "efforts", "fit"];

/// Take the ranking along, for a spreadsheet.
///
/// A line for each open item, the best first. `efforts` is `team:low/likely/high`, more of them separated by `|`. A figure
/// that is hidden from you is empty. The same table comes in again.
#[utoipa::path(get, path = "/api/roadmap/ranking.csv", tag = "roadmap", operation_id = "export_ranking",
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn export_ranking(can: Can<Read>, State(app): State<AppState>) -> Result<impl IntoResponse> {
    let ranking = app.get::<RankEngine>().ranking(WhatIf::default()).await?;
    let ranked = ranked_out(&app, &ranking, &ranking.items, can.may(Right::SeeSmallCounts)).await?;
    let mut out = csv::Writer::from_writer(Vec::new());
    let head = ["item", "key"].iter().chain(&COMPUTED).chain(&ESTIMATED);
    out.write_record(head).map_err(Error::store)?;
    for (one, ranked) in ranking.items.iter().zip(&ranked) {
        out.write_record(line(&one.item, ranked)).map_err(Error::store)?;
    }
    let text = String::from_utf8(out.into_inner().map_err(Error::store)?).map_err(Error::store)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"ranking.csv\""),
    ];
    // The mark tells spreadsheets that it is UTF-8: Korean text would be garbled without it.
    Ok((headers, format!("\u{feff}{text}")))
}

fn line(item: &Item, ranked: &RankedOut) -> Vec<String> {
    fn some<T: ToString>(value: Option<T>) -> String {
        value.map_or_else(String::new, |value| value.to_string())
    }
    let parts = &ranked.parts;
    let effort = |one: &TeamEffort| format!("{}:{}/{}/{}", one.team, one.low, one.likely, one.high);
    vec![
        item.id.to_string(),
        plain(item.key.as_deref().unwrap_or_default()),
        plain(item.title.ko.as_deref().unwrap_or_default()),
        plain(item.title.en.as_deref().unwrap_or_default()),
        some(ranked.place),
        some(ranked.place_from),
        some(ranked.place_to),
        some(parts.asks),
        some(parts.askers),
        some(parts.demand),
        some(parts.importance),
        parts.strategy.to_string(),
        some(parts.value),
        some(parts.score),
        item.feasibility.as_str().to_owned(),
        plain(item.feasibility_reason.as_deref().unwrap_or_default()),
        some(item.effort_low),
        some(item.effort_likely),
        some(item.effort_high),
        plain(&item.efforts.iter().map(effort).collect::<Vec<_>>().join("|")),
        parts.fit.to_string(),
    ]
}

/// A text that a spreadsheet takes for a text: one that begins like a formula would run.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) { format!("'{text}") } else { text.to_owned() }
}

/// What `plain` made, as it was.
fn unplain(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) => rest,
        _ => text,
    }
}

/// Take estimates from a table: effort, feasibility, and how items fit the direction we follow.
///
/// CSV with a header. A line names its item by `item` or `key`; what is computed is passed over. Bad lines are skipped with
/// their number and reason.
#[utoipa::path(post, path = "/api/roadmap/ranking.csv", tag = "roadmap", operation_id = "import_ranking",
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = ItemReport), (status = 422, body = httpkit::Problem)))]
pub async fn import_ranking(
    can: Can<Plan>,
    State(app): State<AppState>,
    Table(table): Table,
) -> Result<Json<ItemReport>> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let no_header = || Error::invalid("csv", "error-ranking-header");
    let header: Vec<String> =
        reader.headers().map_err(|_| no_header())?.iter().map(|column| column.trim().to_lowercase()).collect();
    if !header.iter().any(|column| column == "item" || column == "key") {
        return Err(no_header().into());
    }
    let known: Vec<&str> = ["item", "key"].into_iter().chain(COMPUTED).chain(ESTIMATED).collect();
    let mut report = ItemReport { unknown: find_unknown_columns(&header, &known), ..ItemReport::default() };
    let mut tx = app.db.write().await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    for (n, record) in reader.records().enumerate() {
        report.read += 1;
        let Ok(record) = record else {
            report.skipped.push(SkippedLine::new(n as u64 + 2, "error-csv-line"));
            continue;
        };
        let number = record.position().map_or(n as u64 + 2, csv::Position::line);
        let cell = |name: &str| record.get(header.iter().position(|column| column == name)?).map(str::trim);
        let took = take_line(&mut tx, can.actor(), &catalogue, cell).await;
        match took {
            Ok(true) => report.updated += 1,
            Ok(false) => report.unchanged += 1,
            Err(Error::Invalid { key, .. } | Error::Conflict { key }) => {
                report.skipped.push(SkippedLine::new(number, key));
            }
            Err(other) => return Err(other.into()),
        }
    }
    tx.commit().await?;
    httpkit::say_table(can.ui, &mut report.skipped, &mut report.unknown);
    Ok(Json(report))
}

/// Whether the line changed anything.
async fn take_line<'r>(
    tx: &mut store::Tx,
    actor: &base::Actor,
    catalogue: &tagging::Catalogue,
    cell: impl Fn(&str) -> Option<&'r str>,
) -> base::Result<bool> {
    let unknown = || Error::invalid("item", "error-ranking-item");
    let id = match (cell("item").filter(|id| !id.is_empty()), cell("key").map(unplain)) {
        (Some(id), _) => ItemId::parse(id).map_err(|_| unknown())?,
        (None, Some(key)) => items::find_by_key(tx, key).await?.ok_or_else(unknown)?,
        (None, None) => return Err(unknown()),
    };
    let old = access::get_item(tx, id).await.map_err(|_| unknown())?;
    let weeks = |name: &str| match cell(name) {
        None => Ok(None),
        Some("") => Ok(Some(None)),
        Some(text) => number(text).map(|weeks| Some(Some(weeks))),
    };
    let patch = ItemPatch {
        effort_low: weeks("effort_low")?,
        effort_likely: weeks("effort_likely")?,
        effort_high: weeks("effort_high")?,
        efforts: cell("efforts").map(|text| read_efforts(unplain(text))).transpose()?,
        feasibility: cell("feasibility").filter(|text| !text.is_empty()).map(Feasibility::parse).transpose()?,
        feasibility_reason: cell("feasibility_reason").map(|text| unplain(text).to_owned()),
        ..ItemPatch::default()
    };
    // Read before anything is written: a line comes in whole or not at all.
    let fit = cell("fit").map(|text| if text.is_empty() { Ok(0) } else { text.parse::<i64>() });
    let fit = fit.transpose().map_err(|_| Error::invalid("weight", "error-direction-weight"))?;
    if fit.is_some_and(|fit| !(0..=3).contains(&fit)) {
        return Err(Error::invalid("weight", "error-direction-weight"));
    }
    let before = match items::plan::find_committed(tx).await? {
        Some(direction) => {
            let links = items::plan::list_links(tx, direction.id).await?;
            links.iter().find(|(item, _)| *item == id).map_or(0, |(_, weight)| *weight)
        }
        None if fit.unwrap_or(0) != 0 => return Err(Error::Conflict { key: "error-direction-none" }),
        None => 0,
    };
    let item = actions::update_item(tx, actor, catalogue, &old, patch).await?;
    let fits_otherwise = fit.is_some_and(|fit| fit != before);
    if fits_otherwise {
        plan::put_fit(tx, actor, &item, fit.unwrap_or(0)).await?;
    }
    Ok(item.rev != old.rev || fits_otherwise)
}

fn number(text: &str) -> base::Result<f64> {
    text.parse().map_err(|_| Error::invalid("effort_low", "error-effort"))
}

/// `Views:2/3/5|Web:1/1/2`
fn read_efforts(text: &str) -> base::Result<Vec<TeamEffort>> {
    let bad = || Error::invalid("efforts", "error-ranking-efforts");
    let one = |part: &str| {
        let (team, weeks) = part.rsplit_once(':').ok_or_else(bad)?;
        let weeks: Vec<f64> = weeks.split('/').map(|text| number(text.trim())).collect::<base::Result<_>>()?;
        let [low, likely, high] = weeks[..] else { return Err(bad()) };
        Ok(TeamEffort { team: team.trim().to_owned(), low, likely, high })
    };
    text.split('|').filter(|part| !part.trim().is_empty()).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn efforts_are_read_as_they_are_written() {
        let one = |team: &str, low, likely, high| TeamEffort { team: team.into(), low, likely, high };
        assert_eq!(
            read_efforts("Views:2/3/5.5|a:b:1/1/2").unwrap(),
            [one("Views", 2.0, 3.0, 5.5), one("a:b", 1.0, 1.0, 2.0)]
        );
        assert_eq!(read_efforts("").unwrap(), []);
        assert!(read_efforts("Views").is_err() && read_efforts("Views:1/2").is_err());
    }

    #[test]
    fn what_looks_like_a_formula_comes_back_as_it_was() {
        for text in ["=1+1", "'=x", "plain", "'quoted", "-3"] {
            assert_eq!(unplain(&plain(text)), text);
        }
    }
}
