//! What somebody asked for and what became of it, as far as they may know: the words are their own, a name of ours is told
//! where it is public or they were told of it, and what was decided but told to nobody yet stays ours.
use crate::outside::{list_own_words, load_house, load_public};
use crate::store::tellings::{self as rows, ToldRow};
use base::{EventId, Result};
use conversations::Scope;
use httpkit::PublicUrl;
use roadmap::EventKind;
use serde_json::{Value, json};
use std::collections::HashMap;
use store::Tx;

pub async fn list_asked(
    tx: &mut Tx,
    url: &PublicUrl,
    scope: &Scope,
    person_ord: i64,
    ords: &[i64],
) -> Result<Vec<Value>> {
    let asks = roadmap::ledger::list_asks_of_person(tx, person_ord).await?;
    let ask_ords: Vec<i64> = asks.iter().map(|ask| ask.ord).collect();
    let mut words = list_own_words(tx, scope, ords, &ask_ords).await?;
    let wrote = rows::list_told_words(tx, &ask_ords, &scope.hidden).await?;
    let told: HashMap<(i64, EventId), ToldRow> = wrote.into_iter().map(|one| ((one.ask_ord, one.event), one)).collect();
    let house = load_house(tx, url).await?;
    let public = load_public(tx, &house).await?;
    let out = asks.into_iter().map(|ask| {
        let news = ask.events.iter().filter(|one| one.state == "told" && one.kind != EventKind::Heard);
        let news: Vec<Value> = news
            .map(|one| {
                let wrote = told.get(&(ask.ord, one.event));
                json!({"kind": one.kind, "happened_at": one.at, "told_at": one.decided_at,
                    "entry": wrote.map(|wrote| wrote.entry), "text": wrote.map(|wrote| &wrote.text)})
            })
            .collect();
        let known = public.iter().find(|item| item.id == Some(ask.item));
        let title = match known {
            Some(item) => item.title(),
            None if news.is_empty() => Value::Null,
            None => json!(ask.title),
        };
        json!({
            "id": ask.id, "title": title, "stands": known.map(|item| item.status), "state": ask.state,
            "first_said_at": ask.first_at, "last_said_at": ask.last_at,
            "words": words.remove(&ask.ord).unwrap_or_default(), "told": news,
        })
    });
    Ok(out.collect())
}
