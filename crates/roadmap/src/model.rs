//! Roadmap items: types and rules without I/O.
use base::{Error, Half, ItemId, Result, StaffId, Time};
use serde::{Deserialize, Serialize};
use tagging::counts::{Pick, Selector};
use tagging::{Catalogue, Kind, Texts};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ItemStatus)]
pub enum Status {
    Considering,
    Planned,
    Building,
    Shipped,
    Declined,
    Parked,
}

impl Status {
    pub const ALL: [Status; 6] =
        [Status::Considering, Status::Planned, Status::Building, Status::Shipped, Status::Declined, Status::Parked];
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Considering => "considering",
            Status::Planned => "planned",
            Status::Building => "building",
            Status::Shipped => "shipped",
            Status::Declined => "declined",
            Status::Parked => "parked",
        }
    }
    pub fn parse(text: &str) -> Result<Status> {
        Status::ALL
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or_else(|| Error::invalid("status", "error-item-status"))
    }
    /// Whether people still wait for it.
    pub fn is_open(self) -> bool {
        matches!(self, Status::Considering | Status::Planned | Status::Building | Status::Parked)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Include,
    /// A conversation that carries it does not count, whatever else it carries.
    Exclude,
}

impl Mode {
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Include => "include",
            Mode::Exclude => "exclude",
        }
    }
    pub fn parse(text: &str) -> Result<Mode> {
        match text {
            "include" => Ok(Mode::Include),
            "exclude" => Ok(Mode::Exclude),
            _ => Err(Error::invalid("mode", "error-field-unknown")),
        }
    }
}

/// Whether it can be built at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Feasibility {
    #[default]
    Yes,
    NeedsResearch,
    No,
}

impl Feasibility {
    pub fn as_str(self) -> &'static str {
        match self {
            Feasibility::Yes => "yes",
            Feasibility::NeedsResearch => "needs_research",
            Feasibility::No => "no",
        }
    }
    pub fn parse(text: &str) -> Result<Feasibility> {
        match text {
            "yes" => Ok(Feasibility::Yes),
            "needs_research" => Ok(Feasibility::NeedsResearch),
            "no" => Ok(Feasibility::No),
            _ => Err(Error::invalid("feasibility", "error-field-unknown")),
        }
    }
}

/// What an item costs a team of ours, in person-weeks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamEffort {
    pub team: String,
    pub low: f64,
    pub likely: f64,
    pub high: f64,
}

/// A tag that an item is joined to.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinedTag {
    pub tag_ord: i64,
    pub mode: Mode,
    /// With everything below it.
    pub subtree: bool,
    /// Empty: every kind.
    pub kinds: Vec<Kind>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub id: ItemId,
    pub key: Option<String>,
    pub title: Texts,
    pub problem: Texts,
    pub status: Status,
    pub half: Option<String>,
    /// A name: a person, or a team of ours.
    pub owner: Option<String>,
    pub owner_staff: Option<StaffId>,
    /// Person-weeks.
    pub effort_low: Option<f64>,
    pub effort_likely: Option<f64>,
    pub effort_high: Option<f64>,
    /// The same by team; with any of these the ones above are only their sum.
    pub efforts: Vec<TeamEffort>,
    pub feasibility: Feasibility,
    pub feasibility_reason: Option<String>,
    /// Items without which it cannot be built.
    pub needs: Vec<ItemId>,
    pub position: f64,
    pub status_at: Time,
    pub rev: i64,
    pub tags: Vec<JoinedTag>,
}

impl Item {
    /// One of which nothing is said yet.
    pub fn blank(id: ItemId, at: Time) -> Item {
        Item {
            id,
            key: None,
            title: Texts::default(),
            problem: Texts::default(),
            status: Status::Considering,
            half: None,
            owner: None,
            owner_staff: None,
            effort_low: None,
            effort_likely: None,
            effort_high: None,
            efforts: Vec::new(),
            feasibility: Feasibility::Yes,
            feasibility_reason: None,
            needs: Vec::new(),
            position: 0.0,
            status_at: at,
            rev: 1,
            tags: Vec::new(),
        }
    }

    /// Person-weeks at best, most likely and at worst: of all teams together. What is not said lies between or beside what
    /// is.
    pub fn effort(&self) -> Option<[f64; 3]> {
        if !self.efforts.is_empty() {
            let sum = |of: fn(&TeamEffort) -> f64| self.efforts.iter().map(of).sum::<f64>();
            return Some([sum(|one| one.low), sum(|one| one.likely), sum(|one| one.high)]);
        }
        let low = self.effort_low.or(self.effort_likely).or(self.effort_high)?;
        let high = self.effort_high.or(self.effort_likely).or(self.effort_low)?;
        Some([low, self.effort_likely.unwrap_or((low + high) / 2.0), high])
    }

    /// What the counting engine is asked. An item without tags counts nothing.
    pub fn selector(&self, catalogue: &Catalogue) -> Selector {
        let picks = |mode: Mode| -> Vec<Pick> {
            let joined = self.tags.iter().filter(|t| t.mode == mode);
            joined
                .map(|t| {
                    let ords = if t.subtree { catalogue.subtree(t.tag_ord) } else { vec![catalogue.canon(t.tag_ord)] };
                    Pick { tags: ords.into_iter().map(|o| o as u32).collect(), kinds: Kind::mask(&t.kinds) }
                })
                .collect()
        };
        Selector { include: picks(Mode::Include), exclude: picks(Mode::Exclude) }
    }
}

pub const MAX_TITLE: usize = 160;
pub const MAX_PROBLEM: usize = 4000;

/// A half-year in its one spelling.
pub fn tidy_half(text: Option<String>) -> Result<Option<String>> {
    text.map(|t| Half::parse(&t).map(|h| h.to_string()).map_err(|_| Error::invalid("half", "error-half"))).transpose()
}

pub fn check_item(item: &Item) -> Result<()> {
    if item.title.is_empty() {
        return Err(Error::invalid("title", "error-item-title-empty"));
    }
    for (field, texts, max) in [("title", &item.title, MAX_TITLE), ("problem", &item.problem, MAX_PROBLEM)] {
        if texts.by_lang().iter().any(|(_, t)| t.is_some_and(|t| t.chars().count() > max)) {
            return Err(Error::Invalid { field, key: "error-longest", args: vec![("max", max.to_string())] });
        }
    }
    let efforts = [item.effort_low, item.effort_likely, item.effort_high];
    if efforts.iter().flatten().any(|e| !e.is_finite() || *e < 0.0 || *e > 10_000.0) {
        return Err(Error::invalid("effort_low", "error-effort"));
    }
    let said: Vec<f64> = [item.effort_low, item.effort_likely, item.effort_high].into_iter().flatten().collect();
    if !said.is_sorted() {
        return Err(Error::invalid("effort_high", "error-effort-order"));
    }
    let mut teams: Vec<&str> = item.efforts.iter().map(|one| one.team.as_str()).collect();
    teams.sort_unstable();
    if teams.windows(2).any(|two| two[0] == two[1])
        || teams.iter().any(|team| team.trim().is_empty() || team.contains('|'))
    {
        return Err(Error::invalid("efforts", "error-effort-team"));
    }
    for one in &item.efforts {
        let three = [one.low, one.likely, one.high];
        if three.iter().any(|weeks| !(0.0..=10_000.0).contains(weeks)) {
            return Err(Error::invalid("efforts", "error-effort"));
        }
        if !three.is_sorted() {
            return Err(Error::invalid("efforts", "error-effort-order"));
        }
    }
    match item.feasibility {
        Feasibility::Yes => Ok(()),
        _ if item.feasibility_reason.is_some() => Ok(()),
        _ => Err(Error::invalid("feasibility_reason", "error-feasibility-reason")),
    }
}
