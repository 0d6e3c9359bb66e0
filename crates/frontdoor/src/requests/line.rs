//! What a request, or a line of an exported roadmap, makes of the roadmap: an item, what it is called elsewhere, and who
//! asks for it, as far as it can be known without the store.
use super::{Request, Voter};
use crate::line::{AccountLine, PersonLine};
use crate::model::Reason;
use base::{ItemId, Time};
use people::{AccountIn, PersonIn};
use roadmap::{AskRow, Brought, Item, LinkRow, Origin, Status, TagMark, blank_ask, check_item};
use tagging::Texts;

const LONGEST_TITLE: usize = 160;
const LONGEST_PROBLEM: usize = 4_000;

/// An item to be, and its askers, who are to be looked up: their place in `people`.
#[derive(Debug)]
pub(crate) struct RequestMark {
    pub brought: Brought,
    pub people: Vec<PersonIn>,
    /// What it is to be joined to; only of an exported roadmap.
    pub tags: Vec<TagMark>,
    /// By the place of an ask: the conversation it was said in, by source and external id.
    pub said_in: Vec<Option<(String, String)>>,
}

pub(crate) type Mark = Option<Box<RequestMark>>;

fn cut(text: &str, most: usize) -> String {
    match text.chars().count() > most {
        true => text.chars().take(most - 1).chain(['…']).collect(),
        false => text.to_owned(),
    }
}

fn in_its_language(text: &str, most: usize) -> Texts {
    let text = textkit::clean_text(text.trim());
    let mut texts = Texts::default();
    if !text.is_empty() {
        let lang = if textkit::detect_language(&text).0 == "ko" { "ko" } else { "en" };
        texts.set(lang, cut(&text, most));
    }
    texts
}

/// What a request makes of the roadmap.
pub(crate) fn mark_of_item(request: &Request, source: &str) -> Result<Mark, Reason> {
    let title = in_its_language(&request.title, LONGEST_TITLE);
    // Its problem stands in the language of its title, so that both are read together.
    let problem = match (&title.ko, request.details.trim()) {
        (_, "") => Texts::default(),
        (Some(_), details) => Texts { ko: Some(cut(details, LONGEST_PROBLEM)), en: None },
        (None, details) => Texts { ko: None, en: Some(cut(details, LONGEST_PROBLEM)) },
    };
    let item = Item {
        title,
        problem,
        status: request.status.unwrap_or(Status::Considering),
        status_at: request.status_at.unwrap_or(request.created_at),
        ..Item::blank(ItemId::new(), request.created_at)
    };
    check_item(&item).map_err(|error| Reason::from(&error))?;
    let external_id = request.says_again.clone().unwrap_or_else(|| request.key.clone());
    let link = LinkRow { url: request.url.clone(), ..LinkRow::blank(source, &external_id, request.created_at) };
    let (mut people, mut asks, mut said_in): (Vec<PersonIn>, Vec<AskRow>, Vec<_>) = Default::default();
    let author = request.author.iter().map(|author| (author, true));
    for (voter, is_author) in author.chain(request.votes.iter().map(|vote| (vote, false))) {
        let at = voter.at.unwrap_or(request.created_at);
        let place = place_of(&mut people, voter, source, at);
        if asks.iter().any(|ask| ask.person_ord == place) {
            continue;
        }
        let mut ask = blank_ask(item.id, place, at);
        ask.origin = Origin::Vote.as_str().into();
        ask.words = voter.words.as_deref().map(|words| cut(words, LONGEST_PROBLEM));
        // In which language they are told: their own words say it, else what they voted for.
        let read = item.title.ko.as_ref().filter(|_| voter.who.language.is_none()).map(|_| "ko");
        let language = ask.words.as_deref().map(|words| textkit::detect_language(words).0).or(read);
        ask.language = language.filter(|language| *language != "und").map(str::to_owned);
        asks.push(ask);
        said_in.push(is_author.then(|| (source.to_owned(), request.key.clone())));
    }
    let brought = Brought { item, created_at: request.created_at, links: vec![link], asks, needs: Vec::new() };
    Ok(Some(Box::new(RequestMark { brought, people, tags: Vec::new(), said_in })))
}

/// The place of somebody among the persons of a request.
fn place_of(people: &mut Vec<PersonIn>, voter: &Voter, source: &str, at: Time) -> i64 {
    let person = person_of(&voter.who, voter.account.as_ref(), source, at);
    let is_same = |known: &PersonIn| {
        (person.external_id.is_some() && known.external_id == person.external_id)
            || (person.email.is_some() && known.email == person.email)
    };
    let place = people.iter().position(is_same).unwrap_or_else(|| {
        people.push(person.clone());
        people.len() - 1
    });
    // Who wrote it without an account may vote with one.
    let known = &mut people[place].account;
    *known = known.take().or(person.account);
    place as i64
}

pub(super) fn person_of(who: &PersonLine, account: Option<&AccountLine>, source: &str, at: Time) -> PersonIn {
    let email = who.email.as_ref().map(|email| email.trim().to_lowercase()).filter(|email| !email.is_empty());
    PersonIn {
        source: who.source.clone().unwrap_or_else(|| source.to_owned()),
        external_id: who.external_id.clone().or_else(|| super::id_by_name(who)),
        name: who.name.clone(),
        email,
        role: who.role.clone(),
        language: who.language.clone(),
        team: None,
        account: account.map(|account| AccountIn {
            source: account.source.clone().unwrap_or_else(|| source.to_owned()),
            external_id: account.external_id.clone(),
            name: account.name.clone(),
            domain: account.domain.clone(),
            plan: account.plan.clone(),
            revenue_minor: account.revenue_minor,
            currency: account.currency.clone(),
            employees: account.employees,
        }),
        at,
    }
}
