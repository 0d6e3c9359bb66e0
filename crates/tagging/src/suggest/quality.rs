//! How good suggestions were: what was shown for a conversation against the tags that people then gave it, side by side
//! with the conversations that showed none.
use crate::model::Catalogue;
use crate::store as rows;
use ::store::Tx;
use base::{Result, Time};
use std::collections::{BTreeMap, BTreeSet};

/// The newest conversations are looked at, at most so many.
const MOST: i64 = 20_000;
/// Fewer cases than this say their number and no share.
const FEW: usize = 10;
/// A tag of this many conversations or fewer is in the tail, up to the second number in the torso, beyond in the head.
const TAIL: u32 = 5;
const TORSO: u32 = 20;

/// Whether suggestions were there when the conversation was tagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SuggestionArm)]
pub enum Arm {
    Shown,
    /// Nobody saw them, so nobody was led by them.
    Unbiased,
}

/// A share with its 95 % interval (Wilson); absent for fewer than ten cases.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = MeasuredShare)]
pub struct Share {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// One group of conversations.
#[derive(Clone, Debug, PartialEq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = SuggestionGroup)]
pub struct Group {
    pub arm: Arm,
    /// `all`, `band` or `language`.
    pub by: &'static str,
    /// `all`; `head`, `torso` or `tail`; or a language.
    pub key: String,
    /// Conversations that were given a tag.
    pub n: usize,
    /// The first suggestion was given.
    pub first_right: Option<Share>,
    /// One of the first three was given.
    pub among_three: Option<Share>,
    /// Of the tags that were given, how many were among the five. Counted in tags, not in conversations.
    pub found_of_five: Option<Share>,
}

/// How good suggestions were in a time.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
#[schema(as = SuggestionQuality)]
pub struct Quality {
    pub from: Time,
    pub to: Time,
    pub groups: Vec<Group>,
    /// Conversations said to have no tag, and how many of them had been suggested to have none, by arm.
    pub nothing: Vec<Nothing>,
}

#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
#[schema(as = SuggestionNothing)]
pub struct Nothing {
    pub arm: Arm,
    pub n: usize,
    pub said_so: usize,
}

#[derive(Default)]
struct Sums {
    n: usize,
    first: usize,
    three: usize,
    given: usize,
    found: usize,
}

impl Sums {
    fn add(&mut self, suggested: &[i64], given: &BTreeSet<i64>) {
        let right = |most: usize| suggested.iter().take(most).filter(|tag| given.contains(tag)).count();
        self.n += 1;
        self.first += usize::from(right(1) > 0);
        self.three += usize::from(right(3) > 0);
        self.given += given.len();
        self.found += right(super::MOST);
    }
}

/// Measures what was shown in a time, half-open. `examples` says how many conversations a tag has.
pub async fn measure_shown(
    tx: &mut Tx,
    catalogue: &Catalogue,
    from: Time,
    to: Time,
    examples: impl Fn(i64) -> u32,
) -> Result<Quality> {
    let shown = rows::list_shown(tx, from, to, MOST).await?;
    let ords: Vec<i64> = shown.iter().map(|row| row.conversation_ord).collect();
    let canon = |tag: i64| catalogue.by_ord(tag).map_or(tag, |tag| tag.canon_ord);
    let mut suggested: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    let mut given: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for some in ords.chunks(1_000) {
        for (of, tag, _) in rows::list_suggested(tx, some.to_vec()).await? {
            suggested.entry(of).or_default().push(canon(tag));
        }
        for (of, tag, _) in rows::list_given(tx, some.to_vec()).await? {
            given.entry(of).or_default().insert(canon(tag));
        }
    }
    let mut sums: BTreeMap<(Arm, &'static str, String), Sums> = BTreeMap::new();
    let mut nothing = BTreeMap::from([(Arm::Shown, (0, 0)), (Arm::Unbiased, (0, 0))]);
    for row in &shown {
        let arm = if row.is_hidden { Arm::Unbiased } else { Arm::Shown };
        let suggested = suggested.get(&row.conversation_ord).map_or(&[][..], Vec::as_slice);
        let Some(given) = given.get(&row.conversation_ord) else {
            let of = nothing.entry(arm).or_default();
            of.0 += 1;
            of.1 += usize::from(row.says_none);
            continue;
        };
        let mut add = |by, key: &str, given: &BTreeSet<i64>| {
            sums.entry((arm, by, key.to_owned())).or_default().add(suggested, given);
        };
        add("all", "all", given);
        add("language", row.language.as_deref().unwrap_or("und"), given);
        for band in ["head", "torso", "tail"] {
            let of_band: BTreeSet<i64> = given.iter().copied().filter(|&tag| band_of(examples(tag)) == band).collect();
            if !of_band.is_empty() {
                add("band", band, &of_band);
            }
        }
    }
    let groups = sums.into_iter().map(|((arm, by, key), sums)| group(arm, by, key, &sums)).collect();
    let nothing = nothing.into_iter().map(|(arm, (n, said_so))| Nothing { arm, n, said_so }).collect();
    Ok(Quality { from, to, groups, nothing })
}

fn band_of(examples: u32) -> &'static str {
    match () {
        () if examples <= TAIL => "tail",
        () if examples <= TORSO => "torso",
        () => "head",
    }
}

fn group(arm: Arm, by: &'static str, key: String, sums: &Sums) -> Group {
    let of = |right: usize, n: usize| (n >= FEW).then(|| wilson(right, n));
    Group {
        arm,
        by,
        key,
        n: sums.n,
        first_right: of(sums.first, sums.n),
        among_three: of(sums.three, sums.n),
        found_of_five: of(sums.found, sums.given),
    }
}

/// The score interval of Wilson (1927) at 95 %.
fn wilson(right: usize, n: usize) -> Share {
    let (p, n, z) = (right as f64 / n as f64, n as f64, 1.959_963_984_540_054_f64);
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    Share { value: p, low: (middle - half).max(0.0), high: (middle + half).min(1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        // R: prop.test(8, 10, correct = FALSE)$conf.int
        let share = wilson(8, 10);
        assert!((share.low - 0.490_162_5).abs() < 1e-6 && (share.high - 0.943_317_8).abs() < 1e-6, "{share:?}");
        assert_eq!(wilson(0, 10).low, 0.0);
    }

    #[test]
    fn tags_found_are_counted_among_five_and_few_cases_say_their_number_only() {
        let mut sums = Sums::default();
        (0..9).for_each(|_| sums.add(&[1, 2, 3, 4, 5], &BTreeSet::from([2, 9])));
        let few = group(Arm::Shown, "all", "all".into(), &sums);
        assert_eq!((few.n, few.first_right, few.found_of_five.map(|s| s.value)), (9, None, Some(0.5)));
        sums.add(&[9], &BTreeSet::from([9]));
        let enough = group(Arm::Shown, "all", "all".into(), &sums);
        assert_eq!(enough.first_right.map(|s| s.value), Some(0.1));
        assert_eq!(enough.among_three.map(|s| s.value), Some(1.0));
    }
}
