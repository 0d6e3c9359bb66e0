//! Who spoke in which conversation. What the facts of one voice share is kept once, and whether it counts and for whom is
//! asked once, however often the voice was tagged.
use super::Fact;

/// A fact without what its voice says: 24 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub ord: u32,
    pub voice: u32,
    pub said: i32,
    pub tagged: i32,
    pub retracted: i32,
    pub kind: u8,
}

/// What is counted, each on its own.
pub(super) const CLASSES: usize = 4;
pub(super) const CONVERSATION: usize = 0;
pub(super) const PERSON: usize = 1;
pub(super) const TEAM: usize = 2;
pub(super) const ACCOUNT: usize = 3;

/// A column for each property: a count reads one of them at a time.
#[derive(Clone, Debug, Default)]
pub(super) struct Voices {
    /// Ordinals by class; 0 is nobody.
    pub who: [Vec<u32>; CLASSES],
    pub doors: Vec<u16>,
    pub languages: Vec<u16>,
    pub channels: Vec<u8>,
    /// For each conversation its newest voice and for each voice the one before it there, plus one; 0 where there is none.
    newest: Vec<u32>,
    before: Vec<u32>,
    pub most_language: u16,
    pub most_channel: u8,
    /// The largest ordinals.
    pub most: [u32; CLASSES],
}

fn who(f: &Fact) -> [u32; CLASSES] {
    [f.conversation, f.person, f.team, f.account]
}

impl Voices {
    pub fn len(&self) -> usize {
        self.doors.len()
    }

    /// The fact as a mark of its voice, which is made when it is heard for the first time.
    pub fn mark(&mut self, f: &Fact) -> Mark {
        let Fact { ord, said, tagged, retracted, kind, .. } = *f;
        Mark { ord, voice: self.number(f), said, tagged, retracted, kind }
    }

    fn number(&mut self, f: &Fact) -> u32 {
        let conversation = f.conversation as usize;
        if self.newest.len() <= conversation {
            self.newest.resize(conversation + 1, 0);
        }
        let mut known = self.newest[conversation];
        while let Some(voice) = (known as usize).checked_sub(1) {
            let same = self.who.each_ref().map(|ords| ords[voice]) == who(f);
            if same
                && (self.doors[voice], self.languages[voice], self.channels[voice]) == (f.door, f.language, f.channel)
            {
                return voice as u32;
            }
            known = self.before[voice];
        }
        let voice = self.len() as u32;
        for ((ords, most), ord) in self.who.iter_mut().zip(&mut self.most).zip(who(f)) {
            ords.push(ord);
            *most = ord.max(*most);
        }
        self.doors.push(f.door);
        self.languages.push(f.language);
        self.channels.push(f.channel);
        self.most_language = self.most_language.max(f.language);
        self.most_channel = self.most_channel.max(f.channel);
        self.before.push(self.newest[conversation]);
        self.newest[conversation] = voice + 1;
        voice
    }

    pub fn fact(&self, mark: &Mark) -> Fact {
        let voice = mark.voice as usize;
        let [conversation, person, team, account] = self.who.each_ref().map(|ords| ords[voice]);
        Fact {
            ord: mark.ord,
            said: mark.said,
            tagged: mark.tagged,
            retracted: mark.retracted,
            conversation,
            person,
            team,
            account,
            door: self.doors[voice],
            language: self.languages[voice],
            channel: self.channels[voice],
            kind: mark.kind,
        }
    }

    pub fn shrink(&mut self) {
        self.who.iter_mut().for_each(Vec::shrink_to_fit);
        self.doors.shrink_to_fit();
        self.languages.shrink_to_fit();
        self.channels.shrink_to_fit();
        self.newest.shrink_to_fit();
        self.before.shrink_to_fit();
    }
}
