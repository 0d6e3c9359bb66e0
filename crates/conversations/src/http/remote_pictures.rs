//! Pictures of a mail that stand on other computers, fetched by the server when somebody asks for them: the browser of the
//! reader asks nobody, and what comes is shown only where it is a picture.
use crate::file_type::picture_kind;
use crate::http::entries::base64;
use futures::{StreamExt, stream};
use httpkit::Fetcher;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How a picture is marked that was not shown (`mailkit` moves its address there).
const MARK: &str = "data-remote-src=\"";
const MOST_PICTURES: usize = 60;
const LARGEST: usize = 4 << 20;
const MOST_BYTES: usize = 16 << 20;
const AT_ONCE: usize = 6;
/// For all of them: less than a request may take.
const WHOLE: Duration = Duration::from_secs(15);

/// HTML with its pictures in it, as far as they came.
pub(super) async fn bring_pictures(fetcher: &Fetcher, html: String) -> String {
    let mut places: Vec<&str> = html.split(MARK).skip(1).filter_map(|rest| rest.split('"').next()).collect();
    places.sort_unstable();
    places.dedup();
    places.truncate(MOST_PICTURES);
    let until = Instant::now() + WHOLE;
    let fetch = |place: &str| {
        let place = place.to_owned();
        async move {
            let address = place.replace("&amp;", "&");
            let bytes = timeout_at(until, fetcher.get(&address, LARGEST)).await.ok()?.ok()??;
            let kind = picture_kind(&bytes)?;
            Some((place, bytes.len(), format!("data:{kind};base64,{}", base64(&bytes))))
        }
    };
    let asked: Vec<_> = places.into_iter().map(fetch).collect();
    let came: Vec<_> = stream::iter(asked).buffer_unordered(AT_ONCE).collect().await;
    let (mut left, mut pictures) = (MOST_BYTES, HashMap::new());
    for (place, size, data) in came.into_iter().flatten() {
        if size <= left {
            left -= size;
            pictures.insert(place, data);
        }
    }
    let mut parts = html.split(MARK);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (place, rest) = part.split_once('"').unwrap_or((part, ""));
        match pictures.get(place) {
            Some(data) => out.extend(["src=\"", data, "\"", rest]),
            None => out.extend([MARK, place, "\"", rest]),
        }
    }
    out
}
