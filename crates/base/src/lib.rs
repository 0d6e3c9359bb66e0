//! The vocabulary every room speaks: ids, time, money, languages, actors and their rights, pages, errors. No I/O.
mod actor;
mod error;
mod id;
mod lang;
mod money;
mod nearest;
mod page;
mod time;

pub use actor::{Actor, BadWord, Right, Role, Scope, Via};
pub use error::{Error, Result};
pub use id::{BadId, Id, letter};
pub use lang::{BadLang, Lang, Ui};
pub use money::{BadCurrency, Currency, Money};
pub use nearest::find_nearest;
pub use page::{BadCursor, Cursor, Limit, Page};
pub use time::{BadTime, Day, Half, Time, Week, Zone};

id!(StaffId, "stf");
id!(PersonId, "per");
id!(TeamId, "tem");
id!(AccountId, "acc");
id!(IdentityId, "idn");
id!(ConversationId, "cnv");
id!(EntryId, "ent");
id!(PassageId, "psg");
id!(TagId, "tag");
id!(TaggingId, "tgg");
id!(ItemId, "itm");
id!(DoorId, "dor");
id!(DoubleCodingId, "dbl");
id!(ImportId, "imp");
id!(TokenId, "tok");
id!(InvitationId, "inv");
id!(JobId, "job");
id!(RawId, "raw");
id!(TouchpointId, "tpt");
id!(ViewId, "viw");
