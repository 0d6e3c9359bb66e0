//! Who acts, and what an actor may do.
use crate::{StaffId, TokenId, Ui};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A word that is none of the words of a closed list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{text}” is not {wanted}")]
pub struct BadWord {
    pub text: String,
    pub wanted: &'static str,
}

macro_rules! words {
    ($type:ident, $wanted:literal, $($variant:ident = $word:literal),*) => {
        impl $type {
            pub const ALL: &'static [$type] = &[$($type::$variant),*];
            pub fn as_str(&self) -> &'static str {
                match self { $($type::$variant => $word),* }
            }
        }
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl FromStr for $type {
            type Err = BadWord;
            fn from_str(text: &str) -> Result<$type, BadWord> {
                match text { $($word => Ok($type::$variant),)* _ => Err(BadWord { text: text.into(), wanted: $wanted }) }
            }
        }
    };
}

/// A staff member's role; each has all rights of those before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Viewer,
    Agent,
    Curator,
    Admin,
    Owner,
}
words!(
    Role,
    "one of viewer, agent, curator, admin, owner",
    Viewer = "viewer",
    Agent = "agent",
    Curator = "curator",
    Admin = "admin",
    Owner = "owner"
);

/// What somebody may do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    Read,
    Tag,
    Answer,
    EditPeople,
    ProposeTag,
    Curate,
    Plan,
    Import,
    Export,
    ManageStaff,
    Configure,
    SeeSmallCounts,
    ReadAudit,
}
words!(
    Right,
    "a right",
    Read = "read",
    Tag = "tag",
    Answer = "answer",
    EditPeople = "edit_people",
    ProposeTag = "propose_tag",
    Curate = "curate",
    Plan = "plan",
    Import = "import",
    Export = "export",
    ManageStaff = "manage_staff",
    Configure = "configure",
    SeeSmallCounts = "see_small_counts",
    ReadAudit = "read_audit"
);

/// What an API token was made for; it never widens the role of its owner.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    Read,
    Tag,
    Write,
    Admin,
    All,
}
words!(
    Scope,
    "one of read, tag, write, admin, all",
    Read = "read",
    Tag = "tag",
    Write = "write",
    Admin = "admin",
    All = "all"
);

impl Role {
    pub fn has(self, right: Right) -> bool {
        use Right::*;
        let least = match right {
            Read => Role::Viewer,
            Tag | Answer | EditPeople | ProposeTag | SeeSmallCounts => Role::Agent,
            Curate | Plan | Import | Export => Role::Curator,
            ManageStaff | Configure | ReadAudit => Role::Admin,
        };
        self >= least
    }
}

impl Scope {
    /// Each scope allows what the ones before it allow.
    pub fn allows(self, right: Right) -> bool {
        use Right::*;
        let least = match right {
            Read | SeeSmallCounts | Export => Scope::Read,
            Tag | ProposeTag => Scope::Tag,
            Answer | EditPeople | Curate | Plan | Import => Scope::Write,
            ManageStaff | Configure | ReadAudit => Scope::Admin,
        };
        self >= least
    }
}

/// How the actor came in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Via {
    Session,
    Token(TokenId),
    System,
}

/// Who acts: a staff member by a session or a token, or the house itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Actor {
    pub staff: Option<StaffId>,
    pub name: String,
    pub role: Role,
    pub scopes: Vec<Scope>,
    pub ui: Ui,
    pub via: Via,
}

impl Actor {
    pub fn may(&self, right: Right) -> bool {
        self.role.has(right) && self.scopes.iter().any(|scope| scope.allows(right))
    }

    /// `Forbidden` unless the actor may.
    pub fn need(&self, right: Right) -> crate::Result<()> {
        if self.may(right) { Ok(()) } else { Err(crate::Error::Forbidden(right)) }
    }

    /// The house itself: jobs, imports and commands.
    pub fn system() -> Actor {
        Actor {
            staff: None,
            name: "sarang".into(),
            role: Role::Owner,
            scopes: vec![Scope::All],
            ui: Ui::En,
            via: Via::System,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_has_the_rights_of_the_role_before_it_and_some_more() {
        for pair in Role::ALL.windows(2) {
            let of = |role: Role| Right::ALL.iter().filter(|r| role.has(**r)).count();
            assert!(Right::ALL.iter().all(|r| !pair[0].has(*r) || pair[1].has(*r)));
            assert!(of(pair[0]) < of(pair[1]) || pair[1] == Role::Owner);
        }
        assert!(Role::Viewer.has(Right::Read) && !Role::Viewer.has(Right::SeeSmallCounts));
        assert!(!Role::Agent.has(Right::Export) && Role::Curator.has(Right::Export));
    }

    #[test]
    fn a_token_narrows_and_never_widens() {
        let token = |role, scopes: &[Scope]| Actor { role, scopes: scopes.to_vec(), ..Actor::system() };
        assert!(!token(Role::Owner, &[Scope::Read]).may(Right::Tag));
        assert!(!token(Role::Viewer, &[Scope::All]).may(Right::Tag));
        assert!(token(Role::Agent, &[Scope::Tag]).may(Right::Read));
        assert!(!token(Role::Owner, &[]).may(Right::Read));
        assert!(Right::ALL.iter().all(|r| Actor::system().may(*r)));
    }

    #[test]
    fn words_survive_the_round_trip() {
        assert!(Role::ALL.iter().all(|r| r.as_str().parse() == Ok(*r)));
        assert!(Scope::ALL.iter().all(|s| serde_json::to_string(s).unwrap() == format!("\"{s}\"")));
        assert!(Right::ALL.iter().all(|r| serde_json::to_string(r).unwrap() == format!("\"{r}\"")));
        assert!("boss".parse::<Role>().is_err());
    }
}
