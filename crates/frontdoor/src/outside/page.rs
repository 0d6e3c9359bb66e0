//! Templates of the pages for customers: everything put into one is escaped, and sentences come from `locales`.
use super::public::House;
use base::{Error, Result, Ui};
use base64::{Engine, engine::general_purpose::STANDARD};
use minijinja::value::{Kwargs, Serde};
use minijinja::{Environment, ErrorKind, State, UndefinedBehavior, Value, context};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

static PAGES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut pages = Environment::new();
    pages.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    for (name, text) in [
        ("layout.html", include_str!("../../../../templates/outside/layout.html")),
        ("roadmap.html", include_str!("../../../../templates/outside/roadmap.html")),
        ("item.html", include_str!("../../../../templates/outside/item.html")),
        ("changes.html", include_str!("../../../../templates/outside/changes.html")),
        ("message.html", include_str!("../../../../templates/outside/message.html")),
        ("lost.html", include_str!("../../../../templates/outside/lost.html")),
        ("leave.html", include_str!("../../../../templates/outside/leave.html")),
        ("own.html", include_str!("../../../../templates/outside/own.html")),
        ("feed.xml", include_str!("../../../../templates/outside/feed.xml")),
    ] {
        pages.add_template(name, text).unwrap_or_else(|fault| panic!("{name}: {fault:#}"));
    }
    pages.add_function("say", say_in);
    pages
});

/// `say('key', name=value)` in the language of the page.
fn say_in(state: &State<'_, '_>, key: String, args: Kwargs) -> std::result::Result<String, minijinja::Error> {
    let lang = state.lookup("lang").map(|lang| lang.to_string()).unwrap_or_default();
    let names: Vec<String> = args.args().map(str::to_owned).collect();
    let mut named = Vec::with_capacity(names.len());
    for name in &names {
        named.push((name.as_str(), args.get::<Value>(name)?.to_string()));
    }
    args.assert_all_used()?;
    let ui = if lang == "ko" { Ui::Ko } else { Ui::En };
    httpkit::say(ui, &key, &named).ok_or_else(|| minijinja::Error::new(ErrorKind::InvalidOperation, key))
}

/// What stands around every page.
#[derive(Clone, Debug, Serialize)]
pub struct Frame {
    pub name: String,
    /// Whether the roadmap is public, so that a private page may lead there.
    pub is_on: bool,
    /// What stands before a path where customers reach us: empty, or `/voice`.
    pub base: String,
    pub style: String,
    /// Of one person, and not to be found by machines that search.
    pub is_private: bool,
    pub canonical: String,
    pub languages: Vec<Language>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Language {
    pub lang: &'static str,
    pub name: &'static str,
    pub href: String,
    pub absolute: String,
}

impl Frame {
    /// Around a public page; `path` is what follows the language: `/roadmap`.
    pub fn public(house: &House, ui: Ui, path: &str) -> Frame {
        let at = |ui: Ui| format!("/{ui}{path}");
        let canonical = house.link(&at(ui));
        Frame { canonical, is_private: false, ..Frame::around(house, at) }
    }

    /// Around a page of one person; `path` is the whole of it.
    pub fn private(house: &House, path: &str) -> Frame {
        let at = |ui: Ui| format!("{path}?lang={ui}");
        Frame::around(house, at)
    }

    fn around(house: &House, at: impl Fn(Ui) -> String) -> Frame {
        let languages = [(Ui::Ko, "한국어"), (Ui::En, "English")];
        let language = |(ui, name): (Ui, &'static str)| {
            let path = at(ui);
            Language { lang: ui.as_str(), name, href: format!("{}{path}", house.base()), absolute: house.link(&path) }
        };
        Frame {
            name: house.name.clone(),
            is_on: house.row.is_on,
            base: house.base().to_owned(),
            style: house.look.style(),
            is_private: true,
            canonical: String::new(),
            languages: languages.into_iter().map(language).collect(),
        }
    }
}

/// A page as it is sent.
pub fn render(name: &str, ui: Ui, frame: &Frame, title: &str, place: &str, more: Value) -> Result<String> {
    let page = PAGES.get_template(name).map_err(Error::store)?;
    let around = context! { lang => ui.as_str(), frame => Value::from(Serde(frame)), title => title, place => place };
    page.render(context! { ..around, ..more }).map_err(Error::store)
}

/// A feed as it is sent.
pub fn render_feed(ui: Ui, feed: impl Serialize) -> Result<String> {
    let page = PAGES.get_template("feed.xml").map_err(Error::store)?;
    page.render(context! { lang => ui.as_str(), feed => Value::from(Serde(feed)) }).map_err(Error::store)
}

/// Nothing may be loaded, run or framed; the one style in the page is known by its hash, so that the page can be kept.
pub fn style_policy(style: &str) -> String {
    let hash = STANDARD.encode(Sha256::digest(style.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}
