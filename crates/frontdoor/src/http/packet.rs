//! What those who sell should know when a conversation comes to them.
use super::routing::{Sentence, sentence_of};
use crate::learning;
use crate::routing::House;
use crate::store::routing as rows;
use base::{ConversationId, Error, TagId, Time};
use conversations::Scope;
use httpkit::{AppState, Can, Json, Path, Read, Result, State};
use serde::Serialize;
use tagging::{TagEngine, Texts};

/// A tag with what the customer said of it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SaidOfTag {
    pub tag: TagId,
    pub quotes: Vec<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct TalkOut {
    pub conversation: ConversationId,
    /// Its subject, or else its last words.
    pub words: String,
    pub at: Time,
}

/// Why now, who they are, what they said, what was talked about, and how to begin.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PacketOut {
    pub why: Sentence,
    pub plan: Option<String>,
    /// Seats in use now and thirty days ago.
    pub seats: Option<i64>,
    pub seats_before: Option<i64>,
    /// People of the company.
    pub company_size: Option<i64>,
    pub tags: Vec<SaidOfTag>,
    pub talks: Vec<TalkOut>,
    /// A question to begin with.
    pub opening: Option<Texts>,
}

/// Read what those who sell should know of a conversation that came to them.
#[utoipa::path(get, path = "/api/conversations/{id}/packet", tag = "frontdoor", operation_id = "get_packet",
    params(("id" = ConversationId, Path)), responses((status = 200, body = PacketOut), (status = 404, body = httpkit::Problem)))]
pub async fn get_packet(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
) -> Result<Json<PacketOut>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = conversations::get_conversation(&mut tx, &scope, id).await?;
    let decided = rows::list_decisions(&mut tx, &[head.ord]).await?.pop();
    let decision = decided.filter(|decision| decision.purpose == Some(conversations::Purpose::Buy));
    let decision = decision.ok_or(Error::NotFound("packet"))?;
    let house = House::load(&mut tx).await?;
    let why = sentence_of(&mut tx, &house, &head, &decision).await?;
    let facts = house.facts(&mut tx, &head, decision.sure, decision.staff_team_id, decision.purpose).await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let (person, account) = (head.person_ord.unwrap_or_default(), head.account_ord.unwrap_or_default());
    let mut tags: Vec<SaidOfTag> = Vec::new();
    for (ord, quote) in rows::list_tagged_words(&mut tx, person, account, &scope.hidden).await? {
        let Some(tag) = catalogue.by_ord(catalogue.canon(ord)).map(|tag| tag.id) else { continue };
        match tags.iter_mut().find(|said| said.tag == tag) {
            Some(said) => said.quotes.push(quote),
            None => tags.push(SaidOfTag { tag, quotes: vec![quote] }),
        }
    }
    let talks = rows::list_talks(&mut tx, head.ord, person, account, &scope.hidden).await?;
    let opening = learning::offer(&mut tx, &catalogue, &head).await?.into_iter().next().map(|offer| offer.probe);
    Ok(Json(PacketOut {
        why,
        plan: facts.plan,
        seats: facts.seats,
        seats_before: facts.seats_before,
        company_size: facts.employees,
        tags,
        talks: talks.into_iter().map(|(conversation, words, at)| TalkOut { conversation, words, at }).collect(),
        opening: opening.map(|probe| Texts { ko: Some(probe.text_ko), en: Some(probe.text_en) }),
    }))
}
