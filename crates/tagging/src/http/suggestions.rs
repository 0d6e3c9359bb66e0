//! Suggestions over HTTP: tags for a conversation or a text, earlier conversations that are like one, and how good it is.
use super::tags::{StaffName, staff_names};
use crate::engine::TagEngine;
use crate::model::Catalogue;
use crate::suggest::{
    self, ForConversation, LONGEST, Quality, Similar, Suggested, Suggestion, TagLearner, Why, find_similar,
    measure_shown,
};
use base::{ConversationId, Day, EntryId, Error, TagId, Time};
use conversations::{Channel, Scope};
use httpkit::{AppState, Can, Curate, Json, Path, Query, Read, Result, State, Tag};
use learn::suggest::Context;
use people::{AccountCard, PersonCard};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A tag that may fit.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SuggestionOut {
    pub tag: TagId,
    /// The probability that it fits, 0 to 1.
    pub score: f32,
    pub why: Why,
    /// Conversations it was learned from; absent for those from whom some conversations are hidden.
    pub examples: Option<u32>,
    /// The words that caused it.
    pub reasons: Vec<ReasonOut>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct ReasonOut {
    pub entry: EntryId,
    pub start: usize,
    pub end: usize,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Suggestions {
    /// Best first.
    pub items: Vec<SuggestionOut>,
    /// Whether the answer is that no tag fits.
    pub none_fits: bool,
    /// The probability of that.
    pub none_score: f32,
    /// This conversation shows no suggestions, so that it is known how people tag without them.
    pub hidden: bool,
}

/// Suggest tags for a conversation: at most five, each with the words that caused it.
///
/// A small share of conversations, the setting `unsuggested_share`, shows none: `hidden` is true there, always for the
/// same ones. What is answered before the first tag is kept, to measure suggestions by what people then do.
#[utoipa::path(get, path = "/api/conversations/{id}/suggestions", tag = "tagging", operation_id = "suggest_tags",
    params(("id" = ConversationId, Path)),
    responses((status = 200, body = Suggestions), (status = 404, body = httpkit::Problem)))]
pub async fn suggest_tags(
    can: Can<Tag>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
) -> Result<Json<Suggestions>> {
    let (engine, learner) = (app.get::<TagEngine>(), app.get::<TagLearner>());
    engine.catch_up().await?;
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = conversations::get_conversation(&mut tx, &scope, id).await?;
    let share = staff::get_settings(&mut tx).await?.unsuggested_share;
    drop(tx);
    let found = suggest::suggest_for(&app.db, &learner, &engine.catalogue(), &head, share).await?;
    let ForConversation { suggested, said, is_hidden } = found;
    let none = Suggested::default();
    let Suggested { items, none_fits, says_none, .. } = if is_hidden { none } else { suggested };
    let places: Vec<Vec<(i64, usize, usize)>> = items
        .iter()
        .map(|item| item.words.iter().flat_map(|&(start, end)| said.places(start, end)).collect())
        .collect();
    let ords: Vec<i64> = places.iter().flatten().map(|place| place.0).collect();
    let mut tx = app.db.read().await?;
    let entries = conversations::entries_by_ord(&mut tx, &ords).await?;
    let ids: HashMap<i64, EntryId> = entries.into_iter().map(|entry| (entry.ord, entry.id)).collect();
    let reason = |(ord, start, end): (i64, usize, usize)| Some(ReasonOut { entry: *ids.get(&ord)?, start, end });
    let items = items.into_iter().zip(places).map(|(item, places)| SuggestionOut {
        tag: item.tag,
        score: item.confidence,
        why: item.why,
        examples: scope.hidden.is_empty().then_some(item.examples),
        reasons: places.into_iter().filter_map(reason).collect(),
    });
    Ok(Json(Suggestions { items: items.collect(), none_fits: says_none, none_score: none_fits, hidden: is_hidden }))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct TextIn {
    /// What is read of it are the first 4,000 characters.
    pub text: String,
    /// Tags it has: they are not suggested again, and make their neighbours likelier.
    #[serde(default)]
    pub tags: Vec<TagId>,
}

/// A tag that may fit a text.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TextSuggestion {
    pub tag: TagId,
    /// The probability that it fits, 0 to 1.
    pub score: f32,
    pub why: Why,
    /// The words that caused it, in Unicode scalars of the text, half-open.
    pub words: Vec<(usize, usize)>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct TextSuggestions {
    /// Best first, at most five.
    pub items: Vec<TextSuggestion>,
    pub none_fits: bool,
}

/// Suggest tags for any text, such as that of a roadmap item. Changes nothing.
#[utoipa::path(post, path = "/api/tags/suggest", tag = "tagging", operation_id = "suggest_tags_for_text", request_body = TextIn,
    responses((status = 200, body = TextSuggestions), (status = 422, body = httpkit::Problem)))]
pub async fn suggest_tags_for_text(
    _: Can<Read>,
    State(app): State<AppState>,
    Json(input): Json<TextIn>,
) -> Result<Json<TextSuggestions>> {
    let (engine, learner) = (app.get::<TagEngine>(), app.get::<TagLearner>());
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let tags = ords_of(&catalogue, &input.tags)?;
    let text: String = textkit::clean_text(&input.text).chars().take(LONGEST).collect();
    if text.trim().is_empty() {
        return Ok(Json(TextSuggestions { items: Vec::new(), none_fits: false }));
    }
    let found = suggest::suggest(&learner, &catalogue, text, Context { tags, ..Context::default() }).await?;
    let item = |Suggestion { tag, confidence, why, words, .. }| TextSuggestion { tag, score: confidence, why, words };
    Ok(Json(TextSuggestions { items: found.items.into_iter().map(item).collect(), none_fits: found.says_none }))
}

fn ords_of(catalogue: &Catalogue, tags: &[TagId]) -> Result<Vec<i64>> {
    let ord = |id: &TagId| Ok(crate::access::get_tag(catalogue, *id)?.ord);
    tags.iter().map(ord).collect::<base::Result<_>>().map_err(Into::into)
}

/// An earlier conversation that is like this one, with what was answered.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SimilarOut {
    pub conversation: ConversationId,
    pub subject: Option<String>,
    pub channel: Channel,
    pub opened_at: Time,
    pub person: Option<PersonCard>,
    pub account: Option<AccountCard>,
    /// What they have in common, 0 to 1.
    pub similarity: f32,
    /// The beginning of what was asked,
    pub asked: String,
    /// and of what was answered to it.
    pub answer: AnswerOut,
    pub tags: Vec<TagId>,
}

#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = SimilarAnswer)]
pub struct AnswerOut {
    pub entry: EntryId,
    pub by: Option<StaffName>,
    /// The name of an author who is nobody of ours by login.
    pub name: Option<String>,
    pub at: Time,
    pub text: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct SimilarList {
    pub items: Vec<SimilarOut>,
}

/// List the three earlier conversations most like this one, with what was answered then. Among those that were tagged.
#[utoipa::path(get, path = "/api/conversations/{id}/similar", tag = "tagging", operation_id = "list_similar_conversations",
    params(("id" = ConversationId, Path)),
    responses((status = 200, body = SimilarList), (status = 404, body = httpkit::Problem)))]
pub async fn list_similar(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
) -> Result<Json<SimilarList>> {
    let (engine, learner) = (app.get::<TagEngine>(), app.get::<TagLearner>());
    engine.catch_up().await?;
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = conversations::get_conversation(&mut tx, &scope, id).await?;
    drop(tx);
    let catalogue = engine.catalogue();
    let found = find_similar(&app.db, &learner, &catalogue, &scope, &head).await?;
    let mut tx = app.db.read().await?;
    let persons: Vec<i64> = found.iter().filter_map(|similar| similar.head.person_ord).collect();
    let accounts: Vec<i64> = found.iter().filter_map(|similar| similar.head.account_ord).collect();
    let cards = people::cards(&mut tx, &persons, &[], &accounts).await?;
    let names = staff_names(&mut tx, found.iter().filter_map(|similar| similar.answer.staff_id)).await?;
    let items = found.into_iter().map(|Similar { head, similarity, asked, answer, text, tags }| SimilarOut {
        conversation: head.id,
        subject: head.subject,
        channel: head.channel,
        opened_at: head.opened_at,
        person: cards.person(head.person_ord),
        account: cards.account(head.account_ord),
        similarity,
        asked,
        answer: AnswerOut {
            entry: answer.id,
            by: answer.staff_id.and_then(|id| names.get(&id).cloned()),
            name: answer.author_name,
            at: answer.said_at,
            text,
        },
        tags: tags.into_iter().filter_map(|ord| Some(catalogue.by_ord(ord)?.id)).collect(),
    });
    Ok(Json(SimilarList { items: items.collect() }))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QualityQuery {
    /// First day, YYYY-MM-DD; 90 days ago when absent.
    pub from: Option<String>,
    /// The day after the last; today is the last when absent.
    pub to: Option<String>,
}

/// How good suggestions are on this installation.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = SuggestionReport)]
pub struct QualityOut {
    #[serde(flatten)]
    pub measured: Quality,
    /// Conversations that were learned from,
    pub learned: usize,
    /// and how many of them since everything was last fitted.
    pub waiting: usize,
    /// The share of conversations that show none.
    pub unsuggested_share: f64,
}

/// Measure what was suggested against the tags that people then gave: all, by how often a tag was given (head, torso,
/// tail), by language; and each for conversations that showed suggestions and those that showed none on purpose.
#[utoipa::path(get, path = "/api/tagging/suggestions/quality", tag = "tagging", operation_id = "measure_suggestions",
    params(QualityQuery), responses((status = 200, body = QualityOut), (status = 422, body = httpkit::Problem)))]
pub async fn measure_suggestions(
    _: Can<Curate>,
    State(app): State<AppState>,
    Query(query): Query<QualityQuery>,
) -> Result<Json<QualityOut>> {
    let (engine, learner) = (app.get::<TagEngine>(), app.get::<TagLearner>());
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let ords: Vec<i64> = catalogue.tags.iter().map(|tag| tag.ord).collect();
    let count = move |s: &learn::suggest::Suggester| {
        let examples: HashMap<i64, u32> = s.examples_of(&ords);
        (examples, s.texts(), s.untrained())
    };
    let (examples, learned, waiting) = learner.ask(count).await?;
    let mut tx = app.db.read().await?;
    let settings = staff::get_settings(&mut tx).await?;
    let day = |text: &Option<String>, field: &'static str| {
        let parse = |text: &String| Day::parse(text).map_err(|_| Error::invalid(field, "error-day"));
        text.as_ref().map(parse).transpose()
    };
    let tomorrow = tx.now().day_in(&settings.zone).plus(1);
    let to = day(&query.to, "to")?.unwrap_or(tomorrow);
    let from = day(&query.from, "from")?.unwrap_or_else(|| to.plus(-90));
    let (from, to) = (from.start_in(&settings.zone), to.start_in(&settings.zone));
    let of_tag = |tag: i64| examples.get(&tag).copied().unwrap_or(0);
    let measured = measure_shown(&mut tx, &catalogue, from, to, of_tag).await?;
    Ok(Json(QualityOut { measured, learned, waiting, unsuggested_share: settings.unsuggested_share }))
}
