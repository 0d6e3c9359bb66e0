//! Prepared answers: texts with places for names, filled in the language of the customer. Pure.
use base::{Error, Result, Ui};

/// What may stand between double braces in a prepared answer.
pub(crate) const PLACES: &[&str] = &["person", "me", "company", "account", "team", "subject", "promise"];

/// What is known for the places; what is not known stays to be filled by whoever answers.
pub(crate) type Known<'a> = [(&'a str, Option<String>)];

/// Refuses a text with a place that nothing can fill.
pub(crate) fn check_places(field: &'static str, text: &str) -> Result<()> {
    for place in places(text) {
        if !PLACES.contains(&place) {
            return Err(Error::Invalid { field, key: "error-macro-place", args: vec![("place", place.to_owned())] });
        }
    }
    Ok(())
}

/// The text with its places filled. A place of which nothing is known is left as it stands, so that it is seen.
pub(crate) fn fill(text: &str, known: &Known<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, place, after)) = next_place(rest) {
        out.push_str(before);
        match known.iter().find(|(name, _)| *name == place.trim()).and_then(|(_, value)| value.as_deref()) {
            Some(value) => out.push_str(value),
            None => out.push_str(&rest[before.len()..rest.len() - after.len()]),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A name as one calls somebody in a letter: in Korean with 님.
pub(crate) fn call(name: &str, ui: Ui) -> String {
    let name = name.trim();
    let is_korean = name.chars().any(|c| ('가'..='힣').contains(&c));
    if ui == Ui::Ko && is_korean && !name.ends_with('님') { format!("{name} 님") } else { name.to_owned() }
}

fn places(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, place, after) = next_place(rest)?;
        rest = after;
        Some(place.trim())
    })
}

/// What stands before the next place, its name, and what follows.
fn next_place(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (place, after) = rest.split_once("}}")?;
    Some((before, place, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_what_is_not_known_is_left_to_be_seen() {
        let known = [("person", Some("김민지 님".to_owned())), ("account", None)];
        assert_eq!(fill("{{person}}, 안녕하세요. {{ account }}", &known), "김민지 님, 안녕하세요. {{ account }}");
        assert_eq!(fill("{{person}}{{person}}", &known), "김민지 님김민지 님");
        assert_eq!(fill("a }} b {{ c", &known), "a }} b {{ c");
        assert_eq!(fill("", &known), "");
        let inner = [("person", Some("{{me}}".to_owned())), ("me", Some("x".to_owned()))];
        assert_eq!(fill("{{person}} {{me}}", &inner), "{{me}} x", "what somebody is called is no template");
    }

    #[test]
    fn a_place_that_nothing_fills_is_refused() {
        assert!(check_places("text_ko", "{{person}}, {{ promise }}까지").is_ok());
        assert!(check_places("text_ko", "{{persn}}").is_err());
        assert!(check_places("text_ko", "{{}}").is_err());
    }

    #[test]
    fn a_korean_name_is_called_with_its_honorific_in_korean_only() {
        assert_eq!(call("김민지", Ui::Ko), "김민지 님");
        assert_eq!(call("김민지 님", Ui::Ko), "김민지 님");
        assert_eq!(call("김민지", Ui::En), "김민지");
        assert_eq!(call("Ann Lee", Ui::Ko), "Ann Lee");
    }
}
