//! Conversations of every kind: a thread of entries with its participants and passages, by which door it came in,
//! and who may see it. Taking in, reading, finding, answering.
mod access;
mod actions;
mod contacts;
mod events;
mod file_type;
mod http;
mod live;
mod macros;
mod mentions;
mod model;
mod prepare;
mod store;

pub use access::{
    Scope, entries_by_ord, entries_text, find_by_external, find_last_said, first_words, get_by_ord, get_conversation,
    get_entry, get_passage, heads, list_doors, list_said_by_persons, messages, passages_by_ord, worst_felt,
};
pub use actions::change::{
    Change, CloseHook, SaidBy, SaidIn, change_conversation, mark_read, note_event, say_in, write_note,
};
pub use actions::check::check;
pub use actions::doors::{change_door, open_door};
pub use actions::drafts::Envelope;
pub use actions::emotions::{begin_reading, check_mark, correct_emotion, handlers, take_back_emotion};
pub use actions::erase::{erase_letters, erase_person};
pub use actions::join::JoinHook;
pub use actions::list::{ListQuery, MOST_BY_VALUE, MOST_COUNTED, TurnHook, count_views, list_conversations};
pub use actions::live_mail::{CheckedSignature, LiveMail, MailFacts, take_in_live};
pub use actions::mail::{MailSource, PreparedMail, keep_files, link_copies, prepare_mail, take_in_mail, take_in_mails};
pub use actions::marks::{
    TagBadge, TagMark, set_badges, set_conversation_tags, set_purpose_read, set_tag_state, set_tag_states,
};
pub use actions::notification_mails::{
    NotificationLine, NotificationMail, settle_notification_mail, take_notification_mails,
};
pub use actions::notifications::tell_assignee;
pub use actions::part::PartHook;
pub use actions::passages::make_passage;
pub use actions::reindex::reindex;
pub use actions::reply::{
    Correspondents, HELD, NoticeIn, Outgoing, Quoted, Receiver, ReplyIn, Tried, acknowledge, answer_subject,
    ask_by_mail, bounce, claim_delivery, find_correspondents, find_due, hold_deliveries, keep_delivery,
    list_deliveries, list_due_doors, list_resting, name_outgoing, reply, send_notice, settle_delivery, wake_address,
};
pub use actions::retention::{begin_forgetting, find_retention, preview_retention, set_retention};
pub use actions::search::{Hit, Hits, search};
pub use actions::take_in::{take_in, take_in_each};
pub use actions::whole::{Whole, list_whole, list_whole_of};
pub use http::{
    ContactsOut, ConversationOut, EntryOut, HitOut, SearchOut, find_conversations, get_entry_out, list_contacts_since,
    routes,
};
pub use live::DoorScope;
pub use model::*;
pub use prepare::{Prepared, prepare};
pub use store::conversations::{Head, Participant, has_other_sources};
pub use store::doors::Door;
pub use store::emotions::EmotionMark;
pub use store::entries::{Attachment, Entry, SaidByPerson};
pub use store::passages::Passage;
pub use store::replies::{Delivery, Reply};
pub use store::retention::Due;
