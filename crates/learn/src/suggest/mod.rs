//! Suggests tags for a text: what its words say about labels and definitions, the nearest tagged texts, one linear model
//! per tag, and what is usual for the account, the door and the neighbouring tags, blended into one confidence per tag.

mod linear;
mod memory;
mod reasons;
mod rows;
mod signals;
mod stack;
mod train;
mod usual;

pub use train::Trained;

use std::sync::Arc;

use crate::hash::Idf;
use memory::{Memory, features};
use reasons::Reasons;
use rows::{BITS, Inverted, Rows};
use signals::{Recent, Signals, Words};
use std::collections::HashMap;
use textkit::LabelMatcher;
use train::{Model, Plan, invert_words, judge, train};
use usual::Usual;

/// From this score a label is in the text, and not only a common word of it (see `LabelMatcher`).
const LABEL_FOUND: f32 = 0.3;
/// Beyond so many texts since the models were fitted, more wait for the next time.
const MOST_RECENT: usize = 1_000;

/// How much may be remembered; the defaults stay below 150 MB.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Features of all remembered texts together, 8 bytes each: by text and by feature.
    pub features: usize,
    /// Weights of all linear models together, 4 bytes each.
    pub weights: usize,
    /// Threads used for training.
    pub threads: usize,
}

impl Default for Settings {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(4));
        Settings { features: 5_000_000, weights: 5_000_000, threads }
    }
}

/// The words of one tag, of all languages together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagWords {
    pub labels: Vec<String>,
    pub aliases: Vec<String>,
    /// Definition, when to use it, examples.
    pub definitions: Vec<String>,
}

/// Where a text came from, and what it is tagged with already.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Any numbers that name an account and a door, the same in learning and suggesting.
    pub account: Option<i64>,
    pub door: Option<i64>,
    /// Tags the conversation has: neighbours make others likelier, and are not suggested again.
    pub tags: Vec<i64>,
}

/// A tag that may fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    pub tag: i64,
    /// The probability that it fits, 0 to 1.
    pub confidence: f32,
    /// The words that caused it, in Unicode scalars of the text, half-open, in order, apart from each other.
    pub words: Vec<(usize, usize)>,
    pub why: Why,
    /// How many texts with the tag it was learned from.
    pub examples: u32,
}

/// What a suggestion rests on most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A label or alias of the tag stands in the text.
    Label,
    /// The text shares words with the definition of the tag, which no text has yet.
    Definition,
    /// Texts that have the tag say the like.
    Learned,
}

/// The answer for one text.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestions {
    /// Best first.
    pub items: Vec<Suggestion>,
    /// How many of the first items are believed: what one would tag without asking. None when none fits.
    pub believed: usize,
    /// The probability that no tag fits, 0 to 1.
    pub none_fits: f32,
    /// Whether that is the answer. It never is before anything was fitted.
    pub says_none: bool,
}

/// Learns from taggings and suggests tags. Tags and texts are named by the caller's numbers; the ids of texts grow with
/// time.
#[derive(Debug)]
pub struct Suggester {
    settings: Settings,
    tags: Vec<Tag>,
    index: HashMap<i64, u16>,
    matcher: Arc<LabelMatcher>,
    /// By tag: its words as a vector.
    words: Inverted,
    memory: Memory,
    model: Model,
    /// Whether the models were ever fitted.
    is_fitted: bool,
    /// The texts learned since the model was fitted: their vectors, and how far they move the linear models.
    recent: Vec<Recent>,
    untrained: usize,
    usual: Usual,
}

#[derive(Clone, Debug)]
struct Tag {
    key: i64,
    words: TagWords,
    /// The features of its words.
    counted: Vec<(u32, f32)>,
    is_offered: bool,
}

impl Suggester {
    pub fn new(settings: Settings) -> Suggester {
        let memory = Memory::new(settings.features);
        Suggester {
            settings,
            tags: Vec::new(),
            index: HashMap::new(),
            matcher: Arc::default(),
            words: Inverted::new(&Rows::new(1.0), |_| true),
            memory,
            model: Model::empty(),
            is_fitted: false,
            recent: Vec::new(),
            untrained: 0,
            usual: Usual::default(),
        }
    }

    /// Makes tags known or changes their words; effective at once.
    pub fn put_tags(&mut self, tags: impl IntoIterator<Item = (i64, TagWords)>) {
        self.set_tags(tags, &[]);
    }

    /// Tags that are not suggested, known before or not; what is learned about them stays for the day they come back.
    pub fn withdraw_tags(&mut self, tags: &[i64]) {
        self.set_tags([], tags);
    }

    /// Both at once.
    pub fn set_tags(&mut self, offered: impl IntoIterator<Item = (i64, TagWords)>, withdrawn: &[i64]) {
        for (key, words) in offered {
            let at = self.tag_of(key) as usize;
            let tag = &mut self.tags[at];
            tag.is_offered = true;
            if tag.words != words {
                (tag.counted, tag.words) = (features(&words.as_text()), words);
            }
        }
        for &key in withdrawn {
            let at = self.tag_of(key) as usize;
            self.tags[at].is_offered = false;
        }
        self.read_words();
    }

    /// Learns one text with all the tags it was given; none at all means that none fits. The same id again replaces
    /// what was learned. Tags never heard of become known, without words.
    ///
    /// Takes part in suggestions at once when there are models; `train` fits everything anew.
    pub fn learn(&mut self, id: i64, text: &str, tags: &[i64], context: &Context) {
        let mut of_text: Vec<u16> = tags.iter().map(|&key| self.tag_of(key)).collect();
        of_text.sort_unstable();
        of_text.dedup();
        self.forget(id);
        self.usual.add(&of_text, context.account, context.door);
        let counted = features(text);
        if self.recent.len() < MOST_RECENT {
            let recent = self.take_in(id, &counted, of_text.clone());
            self.recent.push(recent);
        }
        self.untrained += 1;
        self.memory.put(id, text, &counted, of_text, (context.account, context.door));
    }

    /// Forgets a text, such as one whose taggings were all retracted.
    pub fn forget(&mut self, id: i64) {
        if let Some(kept) = self.memory.forget(id) {
            self.usual.remove(&kept.tags, kept.account, kept.door);
        }
        if let Some(at) = self.recent.iter().position(|recent| recent.id == id) {
            self.recent.swap_remove(at);
        }
        self.forget_fitted(id);
    }

    fn forget_fitted(&mut self, id: i64) {
        if let Ok(row) = self.model.ids.binary_search(&id) {
            self.model.fitted.forget(row);
        }
    }

    /// How many times something was learned since the models were fitted.
    pub fn untrained(&self) -> usize {
        self.untrained
    }

    /// Whether a text is remembered under this id.
    pub fn knows(&self, id: i64) -> bool {
        self.memory.row_of(id).is_some()
    }

    /// How many texts are remembered.
    pub fn texts(&self) -> usize {
        self.memory.len()
    }

    /// How many remembered texts each of these tags has, as far as the models and what was learned since know.
    pub fn examples_of(&self, tags: &[i64]) -> HashMap<i64, u32> {
        let mut n = self.model.fitted.n.clone();
        n.resize(self.tags.len(), 0);
        self.recent.iter().flat_map(|recent| &recent.tags).for_each(|&tag| n[tag as usize] += 1);
        let of = |tag: &i64| self.index.get(tag).map_or(0, |&at| n[at as usize]);
        tags.iter().map(|tag| (*tag, of(tag))).collect()
    }

    /// Fits all models anew; the outcome is for `install`.
    pub fn train(&self) -> Trained {
        self.lesson().train()
    }

    /// All that training needs, as it is now, so that learning and suggesting go on meanwhile.
    pub fn lesson(&self) -> Lesson {
        let Settings { weights, threads, .. } = self.settings;
        Lesson {
            memory: self.memory.clone(),
            matcher: self.matcher.clone(),
            words: self.counted_words(),
            weights,
            threads,
        }
    }

    /// Puts freshly fitted models in place. What was learned or forgotten since they were fitted stays so.
    pub fn install(&mut self, trained: Trained) {
        let ids = trained.model.ids.clone();
        (self.model, self.is_fitted) = (trained.model, true);
        self.read_words();
        for id in ids {
            let turn = self.memory.row_of(id).map(|row| self.memory.kept[row].turn);
            if turn.is_none_or(|turn| turn > trained.turn) {
                self.forget_fitted(id);
            }
        }
        self.recent.clear();
        self.untrained = (self.memory.turn() - trained.turn) as usize;
        for row in self.memory.alive() {
            if self.memory.kept[row].turn > trained.turn && self.recent.len() < MOST_RECENT {
                let (id, tags) = (self.memory.kept[row].id, self.memory.kept[row].tags.clone());
                let recent = self.take_in(id, &self.memory.rows.vector(row), tags);
                self.recent.push(recent);
            }
        }
    }

    /// The best tags for a text, at most `most`.
    pub fn suggest(&self, text: &str, context: &Context, most: usize) -> Suggestions {
        let vector = self.idf().weigh(&features(text));
        let matches = self.matcher.matches(text);
        let signals = self.signals(&vector, &Words::new(&matches, &self.words, &vector, self.tags.len()));
        let has: Vec<u16> = context.tags.iter().filter_map(|key| self.index.get(key).copied()).collect();
        let may = |tag: usize| self.tags[tag].is_offered && !has.contains(&(tag as u16));
        let lift = |tag: usize| self.usual.lift(tag as u16, context.account, context.door, &has);
        let judged =
            judge(&self.model.stack, &stack::candidates(&signals, may), self.model.fitted.unknown(&vector), lift);
        let reasons = Reasons::new(text);
        let best: Vec<usize> = judged.ranked.iter().take(most).map(|&(tag, _)| tag).collect();
        let weights = self.model.fitted.weights(&best, &vector);
        let items = judged.ranked.iter().zip(&weights).map(|(&(tag, confidence), weights)| {
            let labels = matches.iter().find(|found| found.id == tag as u32).map_or(&[][..], |found| &found.spans);
            let words = reasons.find(&self.support(tag, &signals[tag], &vector, weights), labels);
            let examples = signals[tag].n;
            let why = match () {
                () if signals[tag].label >= LABEL_FOUND => Why::Label,
                () if examples == 0 => Why::Definition,
                () => Why::Learned,
            };
            Suggestion { tag: self.tags[tag].key, confidence, words, why, examples }
        });
        let items: Vec<Suggestion> = items.collect();
        let (none_fits, says_none) = (self.model.none_fits(&judged), self.model.says_none(&judged));
        Suggestions { believed: self.model.believed(&judged).min(items.len()), items, none_fits, says_none }
    }

    /// The remembered texts most similar to a text, most similar first: their ids and the similarity, 0 to 1.
    pub fn nearest(&self, text: &str, most: usize) -> Vec<(i64, f32)> {
        let model = &self.model;
        let vector = self.idf().weigh(&features(text));
        let products = model.fitted.products(&model.corpus, &self.recent, &vector);
        let id = |at: usize| model.ids.get(at).copied().unwrap_or_else(|| self.recent[at - model.ids.len()].id);
        signals::largest(&products, most).into_iter().map(|(at, product)| (id(at), product.min(1.0))).collect()
    }

    fn tag_of(&mut self, key: i64) -> u16 {
        let next = self.tags.len();
        *self.index.entry(key).or_insert_with(|| {
            assert!(next < u16::MAX as usize, "at most 65,534 tags");
            self.tags.push(Tag { key, words: TagWords::default(), counted: Vec::new(), is_offered: true });
            next as u16
        })
    }

    fn idf(&self) -> &Idf {
        &self.model.corpus.idf
    }

    /// Prepares labels and definitions for matching.
    fn read_words(&mut self) {
        let offered = || self.tags.iter().enumerate().filter(|(_, tag)| tag.is_offered);
        self.matcher = Arc::new(LabelMatcher::new(offered().flat_map(|(at, tag)| {
            let labels = tag.words.labels.iter().map(|label| (label, 1.0));
            labels
                .chain(tag.words.aliases.iter().map(|alias| (alias, 0.9)))
                .map(move |(l, w)| (at as u32, l.as_str(), w))
        })));
        let counted = self.counted_words();
        if !self.is_fitted {
            self.model.corpus.idf = Idf::fit(BITS, counted.iter().map(Vec::as_slice));
        }
        self.words = invert_words(&counted, self.idf(), |tag| self.tags[tag].is_offered);
    }

    fn counted_words(&self) -> Vec<Vec<(u32, f32)>> {
        self.tags.iter().map(|tag| tag.counted.clone()).collect()
    }

    fn signals(&self, vector: &[(u32, f32)], words: &Words) -> Vec<Signals> {
        self.model.fitted.signals(&self.model.corpus, &self.recent, vector, words, self.tags.len())
    }

    /// A text that the models have not seen.
    fn take_in(&self, id: i64, counted: &[(u32, f32)], tags: Vec<u16>) -> Recent {
        let vector = self.idf().weigh(counted);
        let signals = self.signals(&vector, &Words::default());
        let margins: Vec<f32> = signals.iter().map(|signals| signals.margin).collect();
        Recent::new(id, vector, tags, &margins)
    }

    /// By feature, how much it speaks for a tag: in the linear model, in the nearest text, in the tag's words.
    fn support(&self, tag: usize, signals: &Signals, vector: &[(u32, f32)], weights: &[f32]) -> Vec<(u32, f32)> {
        let nearest = if signals.nearest > 0.0 {
            let (model, at) = (&self.model, signals.nearest_text as usize);
            let row = model.ids.get(at).and_then(|&id| self.memory.row_of(id));
            let of_row = row.map(|row| model.corpus.idf.weigh(&self.memory.rows.vector(row)));
            of_row.unwrap_or_else(|| {
                self.recent.get(at.wrapping_sub(model.ids.len())).map_or(vec![], |r| r.vector.clone())
            })
        } else {
            Vec::new()
        };
        let words = self.idf().weigh(&self.tags[tag].counted);
        let of = |vector: &[(u32, f32)], id| {
            vector.binary_search_by_key(&id, |feature| feature.0).map_or(0.0, |at| vector[at].1)
        };
        let support =
            vector.iter().zip(weights).map(|(&(id, x), weight)| (id, x * (weight + of(&nearest, id) + of(&words, id))));
        support.filter(|(_, by)| *by > 0.0).collect()
    }
}

/// What training needs, apart from the suggester it came from.
#[derive(Debug)]
pub struct Lesson {
    memory: Memory,
    matcher: Arc<LabelMatcher>,
    /// By tag: the counted features of its words.
    words: Vec<Vec<(u32, f32)>>,
    weights: usize,
    threads: usize,
}

impl Lesson {
    pub fn train(self) -> Trained {
        let Lesson { memory, matcher, words, weights, threads } = &self;
        let plan = Plan { tags: words.len(), weights: *weights, threads: *threads, matcher, words };
        train(memory, &plan)
    }
}

impl TagWords {
    fn as_text(&self) -> String {
        self.labels.iter().chain(&self.aliases).chain(&self.definitions).fold(String::new(), |mut text, words| {
            text.push_str(words);
            text.push('\n');
            text
        })
    }
}
