//! Reads mail: one message, a folder of them in an mbox file, the part of a reply that is new, and the keys by which
//! messages are one thread; and writes it. Pure: bytes in, values out.
//!
//! Nothing here panics and, reading, nothing is dropped: what cannot be understood comes out as text or as an attachment,
//! together with a [`Problem`] that says so.

mod body;
mod calendar;
mod charset;
mod compose;
mod date;
mod dkim;
mod envelope;
mod forward;
mod header;
mod html;
pub mod machine;
mod mail;
mod mbox;
mod mime;
mod reply;
mod thread;

pub use compose::{Letter, Unwritable, ascii_domain, check_address, compose, is_message_id};
pub use dkim::{Signature, Why, read_received_at, read_signatures};
pub use envelope::{Envelope, Results, read_envelope, speaks_for};
pub use forward::{Forwarded, read_forwarded};
pub use header::Address;
pub use html::read_html;
pub use mail::{Attachment, ParsedMail, Problem, parse_mail};
pub use mbox::{MboxError, MboxItem, MboxReader};
pub use reply::{Reply, split_reply};
pub use thread::{ThreadKeys, normalised_subject, thread_keys};
