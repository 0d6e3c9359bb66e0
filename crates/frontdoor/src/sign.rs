//! Names that only we can have given: the address that answers come back to, and the Message-ID of what we send. Whoever
//! answers to one of them answers that conversation; nobody can make one up.
//!
//! Each is a name of 128 bits, a point, and 80 bits of HMAC-SHA-256 over what it is for; small letters and digits only, as
//! servers on the way may change case in addresses.
use crate::Keys;
use base::{
    ConversationId, DigestPassageId, DoorId, EntryId, LeavingId, MessageId, NotificationId, PersonId, StaffId,
    SurveyId, WishId,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Crockford's digits in small letters.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Digits of the name, which is 128 bits.
const NAME: usize = 26;
/// Digits of the signature, five bits each.
const SIGNATURE: usize = 16;
/// The longest local part (RFC 5321 §4.5.3.1.1).
const LONGEST_LOCAL: usize = 64;

impl Keys {
    /// What stands behind the `+` of the address that answers to a conversation come back to, by the door it is sent from.
    pub fn sign_reply_address(&self, conversation: ConversationId, door: DoorId) -> String {
        let name = digits_of(&conversation.to_string());
        let signature = self.signature("reply address", &name, &door.bytes());
        format!("{name}.{signature}")
    }

    /// The conversation that an address of a door was made for: with or without what stands before the `+` and behind
    /// the `@`. Nothing for what we did not sign, also for what we signed for another door.
    pub fn read_reply_address(&self, address: &str, door: DoorId) -> Option<ConversationId> {
        let local = address.rsplit_once('@').map_or(address, |(local, _)| local).to_ascii_lowercase();
        let suffix = local.rsplit_once('+').map_or(local.as_str(), |(_, suffix)| suffix);
        let name = self.read("reply address", suffix, &door.bytes())?;
        ConversationId::parse(&format!("cnv_{name}")).ok()
    }

    /// The address answers come back to: `help+….…@soban.example`. Nothing where there is no room for it.
    pub fn reply_address(&self, address: &str, conversation: ConversationId, door: DoorId) -> Option<String> {
        let (local, domain) = address.rsplit_once('@')?;
        let local = format!("{local}+{}", self.sign_reply_address(conversation, door));
        (local.len() <= LONGEST_LOCAL).then(|| format!("{local}@{domain}"))
    }

    /// The Message-ID of an entry of ours, without brackets.
    pub fn sign_message_id(&self, entry: EntryId, domain: &str) -> String {
        let name = digits_of(&entry.to_string());
        let signature = self.signature("message id", &name, &[]);
        format!("{name}.{signature}@{domain}")
    }

    /// The entry of ours that has this Message-ID, with or without brackets; nothing for what we did not sign.
    pub fn read_message_id(&self, id: &str) -> Option<EntryId> {
        let (local, _) = id.trim_matches(['<', '>', ' ']).split_once('@')?;
        EntryId::parse(&format!("ent_{}", self.read("message id", local, &[])?)).ok()
    }

    /// The address by which one of us brings in their own mail, as a blind copy or passed on. Nothing where there is no room.
    pub fn personal_address(&self, address: &str, staff: StaffId, door: DoorId) -> Option<String> {
        let (local, domain) = address.rsplit_once('@')?;
        let name = digits_of(&staff.to_string());
        let local = format!("{local}+{name}.{}", self.signature("personal address", &name, &door.bytes()));
        (local.len() <= LONGEST_LOCAL).then(|| format!("{local}@{domain}"))
    }

    /// Whose personal address of a door this is.
    pub fn read_personal_address(&self, address: &str, door: DoorId) -> Option<StaffId> {
        let local = address.rsplit_once('@').map_or(address, |(local, _)| local).to_ascii_lowercase();
        let (_, suffix) = local.rsplit_once('+')?;
        StaffId::parse(&format!("stf_{}", self.read("personal address", suffix, &door.bytes())?)).ok()
    }

    /// The address by which one of us answers words of their morning page: only theirs, only by this door. Nothing where
    /// there is no room.
    pub fn morning_address(&self, address: &str, passage: DigestPassageId, door: DoorId) -> Option<String> {
        let (local, domain) = address.rsplit_once('@')?;
        let name = digits_of(&passage.to_string());
        let local = format!("{local}+{name}.{}", self.signature("morning answer", &name, &door.bytes()));
        (local.len() <= LONGEST_LOCAL).then(|| format!("{local}@{domain}"))
    }

    /// Which words of a morning page are answered by this address.
    pub fn read_morning_address(&self, address: &str, door: DoorId) -> Option<DigestPassageId> {
        let local = address.rsplit_once('@').map_or(address, |(local, _)| local).to_ascii_lowercase();
        let (_, suffix) = local.rsplit_once('+')?;
        DigestPassageId::parse(&format!("dgp_{}", self.read("morning answer", suffix, &door.bytes())?)).ok()
    }

    /// The Message-ID of a mail to one of us, without brackets.
    pub fn sign_notification(&self, notification: NotificationId, domain: &str) -> String {
        let name = digits_of(&notification.to_string());
        format!("{name}.{}@{domain}", self.signature("notification", &name, &[]))
    }

    /// Whether a mail with this Message-ID was one of ours to one of us.
    pub fn is_notification(&self, id: &str) -> bool {
        let local = id.trim_matches(['<', '>', ' ']).split_once('@').map(|(local, _)| local);
        local.is_some_and(|local| self.read("notification", local, &[]).is_some())
    }

    /// What stands in the address of the page of a question.
    pub fn sign_survey(&self, survey: SurveyId) -> String {
        let name = digits_of(&survey.to_string());
        let signature = self.signature("survey", &name, &[]);
        format!("{name}.{signature}")
    }

    /// The question that an address was made for.
    pub fn read_survey(&self, token: &str) -> Option<SurveyId> {
        SurveyId::parse(&format!("srv_{}", self.read("survey", token, &[])?)).ok()
    }

    /// What stands in the address of the page of a message that told somebody what they asked for.
    pub fn sign_message(&self, message: MessageId) -> String {
        let name = digits_of(&message.to_string());
        format!("{name}.{}", self.signature("message", &name, &[]))
    }

    /// The message that an address was made for.
    pub fn read_message(&self, token: &str) -> Option<MessageId> {
        MessageId::parse(&format!("tmg_{}", self.read("message", token, &[])?)).ok()
    }

    /// What stands in the address by which a visitor proves that the one they left is theirs.
    pub fn sign_wish(&self, wish: WishId) -> String {
        let name = digits_of(&wish.to_string());
        let signature = self.signature("wish", &name, &[]);
        format!("{name}.{signature}")
    }

    /// The wish that an address was made for.
    pub fn read_wish(&self, token: &str) -> Option<WishId> {
        WishId::parse(&format!("wsh_{}", self.read("wish", token, &[])?)).ok()
    }

    /// What stands in the address by which somebody who leaves proves that the one they left is theirs.
    pub fn sign_leaving(&self, leaving: LeavingId) -> String {
        let name = digits_of(&leaving.to_string());
        let signature = self.signature("leaving", &name, &[]);
        format!("{name}.{signature}")
    }

    /// What was said, for which an address was made.
    pub fn read_leaving(&self, token: &str) -> Option<LeavingId> {
        LeavingId::parse(&format!("lvg_{}", self.read("leaving", token, &[])?)).ok()
    }

    /// What stands in the address of a person's own page: who it is, the day (counted from 1970-01-01 in UTC), and the
    /// signature over both and over how often earlier addresses were taken back. It opens everything that belongs to
    /// them, so it goes to themselves only.
    pub fn sign_person_page(&self, person: PersonId, day: i64, taken_back: i64) -> String {
        let name = digits_of(&person.to_string());
        let about = [day.to_be_bytes(), taken_back.to_be_bytes()].concat();
        format!("{name}.{}.{day}", self.signature("person page", &name, &about))
    }

    /// Whom such an address says it is for, which proves nothing yet.
    pub fn claimed_person(token: &str) -> Option<PersonId> {
        let (name, _) = token.split_once('.')?;
        PersonId::parse(&format!("per_{name}")).ok()
    }

    /// The day on which such an address was made for the person it names; nothing for what we did not sign, and for what
    /// was taken back. Whether it is too old is for the caller to say.
    pub fn read_person_page(&self, token: &str, taken_back: i64) -> Option<i64> {
        let (name, text) = token.rsplit_once('.')?;
        let is_plain = (1..=6).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit());
        let day: i64 = text.parse().ok().filter(|_| is_plain && !text.starts_with('0'))?;
        let about = [day.to_be_bytes(), taken_back.to_be_bytes()].concat();
        self.read("person page", name, &about).map(|_| day)
    }

    /// The name in `name.signature`, if the signature is ours.
    fn read(&self, purpose: &str, text: &str, about: &[u8]) -> Option<String> {
        let (name, signature) = text.split_once('.')?;
        let is_form = name.len() == NAME && signature.len() == SIGNATURE;
        let wanted = is_form.then(|| self.signature(purpose, name, about))?;
        // Compared whole, so that the time it takes tells nothing of where they differ.
        let differ = wanted.bytes().zip(signature.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b));
        (differ == 0).then(|| name.to_owned())
    }

    fn signature(&self, purpose: &str, name: &str, about: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.sign).expect("any length is a key");
        for part in [purpose.as_bytes(), name.as_bytes(), about] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        let bytes: [u8; 32] = mac.finalize().into_bytes().into();
        let number = bytes[..SIGNATURE * 5 / 8].iter().fold(0u128, |number, byte| number << 8 | u128::from(*byte));
        (0..SIGNATURE).rev().map(|place| DIGITS[(number >> (5 * place)) as usize & 31] as char).collect()
    }
}

/// An id without its prefix.
fn digits_of(id: &str) -> String {
    id.split_once('_').map_or(id, |(_, digits)| digits).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_address_leads_back_to_its_conversation_by_its_own_door_only() {
        let keys = Keys::of(&[1; 32]);
        let (conversation, door) = (ConversationId::new(), DoorId::new());
        let suffix = keys.sign_reply_address(conversation, door);
        let address = keys.reply_address("help@soban.example", conversation, door).unwrap();
        assert_eq!(address, format!("help+{suffix}@soban.example"));
        assert!(address.split_once('@').unwrap().0.len() <= 64);
        for form in [&suffix, &address, &address.to_uppercase(), &format!("a+b+{suffix}@elsewhere.example")] {
            assert_eq!(keys.read_reply_address(form, door), Some(conversation), "{form}");
        }
        assert_eq!(keys.read_reply_address(&address, DoorId::new()), None, "another door");
        assert_eq!(Keys::of(&[2; 32]).read_reply_address(&address, door), None, "another installation");
        assert_eq!(keys.reply_address(&format!("{}@soban.example", "a".repeat(30)), conversation, door), None);
    }

    #[test]
    fn a_message_id_leads_back_to_its_entry_and_is_no_reply_address() {
        let keys = Keys::of(&[1; 32]);
        let entry = EntryId::new();
        let id = keys.sign_message_id(entry, "soban.example");
        assert_eq!(keys.read_message_id(&id), Some(entry));
        assert_eq!(keys.read_message_id(&format!("<{id}>")), Some(entry));
        let local = id.split_once('@').unwrap().0;
        assert_eq!(keys.read_reply_address(local, DoorId::new()), None);
        let conversation = keys.sign_reply_address(ConversationId::from_bytes(entry.bytes()), DoorId::new());
        assert_eq!(keys.read_message_id(&format!("{conversation}@soban.example")), None);
    }

    #[test]
    fn a_personal_address_leads_back_to_whose_it_is_and_to_no_conversation() {
        let (keys, staff, door) = (Keys::of(&[1; 32]), StaffId::new(), DoorId::new());
        let address = keys.personal_address("help@soban.example", staff, door).unwrap();
        assert_eq!(keys.read_personal_address(&address.to_uppercase(), door), Some(staff));
        assert_eq!(keys.read_personal_address(&address, DoorId::new()), None);
        assert_eq!(keys.read_reply_address(&address, door), None);
        assert_eq!(keys.read_personal_address("help@soban.example", door), None);
    }

    #[test]
    fn the_address_of_words_of_a_morning_is_of_its_own_kind_and_door() {
        let (keys, passage, door) = (Keys::of(&[1; 32]), DigestPassageId::new(), DoorId::new());
        let address = keys.morning_address("help@soban.example", passage, door).unwrap();
        assert_eq!(keys.read_morning_address(&address.to_uppercase(), door), Some(passage));
        assert_eq!(keys.read_morning_address(&address, DoorId::new()), None, "another door");
        assert_eq!(Keys::of(&[2; 32]).read_morning_address(&address, door), None, "another installation");
        assert_eq!((keys.read_reply_address(&address, door), keys.read_personal_address(&address, door)), (None, None));
        let of_customer = keys.reply_address("help@soban.example", ConversationId::from_bytes(passage.bytes()), door);
        assert_eq!(keys.read_morning_address(&of_customer.unwrap(), door), None, "what a customer got");
        let of_us = keys.personal_address("help@soban.example", StaffId::from_bytes(passage.bytes()), door).unwrap();
        assert_eq!(keys.read_morning_address(&of_us, door), None);
        let at = address.find('+').unwrap() + 1;
        for place in at..address.find('@').unwrap() {
            let mut forged = address.clone().into_bytes();
            forged[place] = if forged[place] == b'0' { b'1' } else { b'0' };
            assert_eq!(
                keys.read_morning_address(&String::from_utf8(forged).unwrap(), door),
                None,
                "changed at {place}"
            );
        }
        assert_eq!(keys.morning_address(&format!("{}@soban.example", "a".repeat(30)), passage, door), None, "no room");
    }

    #[test]
    fn the_address_of_a_persons_page_holds_for_that_person_and_day_until_it_is_taken_back() {
        let (keys, person) = (Keys::of(&[1; 32]), PersonId::new());
        let token = keys.sign_person_page(person, 20_780, 0);
        assert_eq!((Keys::claimed_person(&token), keys.read_person_page(&token, 0)), (Some(person), Some(20_780)));
        assert_eq!(keys.read_person_page(&token, 1), None, "taken back");
        assert_eq!(Keys::of(&[2; 32]).read_person_page(&token, 0), None, "another installation");
        for at in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[at] = if forged[at] == b'1' { b'2' } else { b'1' };
            assert_eq!(keys.read_person_page(&String::from_utf8(forged).unwrap(), 0), None, "changed at {at}");
        }
        let (name, _) = token.rsplit_once('.').unwrap();
        for junk in ["", ".", "..", name, &format!("{name}.020780"), &format!("{name}.+20780"), &format!("{name}.-1")] {
            assert_eq!(keys.read_person_page(junk, 0), None, "{junk}");
        }
        let wish = keys.sign_wish(WishId::from_bytes(person.bytes()));
        assert_eq!(keys.read_person_page(&format!("{wish}.20780"), 0), None, "another purpose");
        assert_eq!(keys.read_wish(&wish).map(|id| id.bytes()), Some(person.bytes()));
        assert_eq!(keys.read_leaving(&wish), None, "who wants to be told does not leave");
        let leaving = keys.sign_leaving(LeavingId::from_bytes(person.bytes()));
        assert_eq!(
            (keys.read_leaving(&leaving).map(|id| id.bytes()), keys.read_wish(&leaving)),
            (Some(person.bytes()), None)
        );
    }

    #[test]
    fn nothing_made_up_is_taken_for_ours() {
        let keys = Keys::of(&[1; 32]);
        let id = keys.sign_message_id(EntryId::new(), "soban.example");
        for at in 0..NAME + 1 + SIGNATURE {
            let mut forged = id.clone().into_bytes();
            forged[at] = if forged[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(keys.read_message_id(&String::from_utf8(forged).unwrap()), None, "changed at {at}");
        }
        for junk in ["", "@", "<>", ".@a", "a@b", "가나다.라마바@예시.한국", &"0".repeat(5000)] {
            assert_eq!(keys.read_message_id(junk), None, "{junk:.20}");
            assert_eq!(keys.read_reply_address(junk, DoorId::new()), None, "{junk:.20}");
        }
    }
}
