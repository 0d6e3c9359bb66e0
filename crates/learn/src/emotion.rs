//! The emotion of a text, Korean or English: a valence from −2 to +2 and, where sure, one of seven emotions, with the
//! words that say so. A linear model over hashed features, trained by `cargo xtask train` and carried in the binary.

mod features;
mod measure;
mod model;
mod said;
pub mod train;

pub use measure::{Figures, Judged, measure};
pub use model::{LONGEST_MODEL, Model, ModelError, Thresholds};

use std::sync::LazyLock;

/// What a text may be read as beside its valence. The order is that of the model's outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Emotion {
    Anger,
    Annoyance,
    Disappointment,
    Confusion,
    Relief,
    Gratitude,
    Delight,
}

impl Emotion {
    pub const ALL: [Self; 7] = [
        Self::Anger,
        Self::Annoyance,
        Self::Disappointment,
        Self::Confusion,
        Self::Relief,
        Self::Gratitude,
        Self::Delight,
    ];

    /// As in the API and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anger => "anger",
            Self::Annoyance => "annoyance",
            Self::Disappointment => "disappointment",
            Self::Confusion => "confusion",
            Self::Relief => "relief",
            Self::Gratitude => "gratitude",
            Self::Delight => "delight",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|emotion| emotion.name() == name)
    }

    /// −1, 0 or 1: the valence this emotion goes with. Confusion goes with any.
    pub fn sign(self) -> i8 {
        match self {
            Self::Anger | Self::Annoyance | Self::Disappointment => -1,
            Self::Confusion => 0,
            Self::Relief | Self::Gratitude | Self::Delight => 1,
        }
    }
}

/// What a text says of how its writer feels.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// −2 (very bad) to +2 (very good); its sign is the likeliest of the three, its size how sure that is.
    pub valence: i8,
    /// Probability of negative, neutral, positive; together 1.
    pub shares: [f32; 3],
    /// The emotion, where sure, with its probability.
    pub emotion: Option<(Emotion, f32)>,
    /// The words that say so, in order of place: Unicode scalars of the text, half-open, apart from each other. At most
    /// three; none for a neutral text without an emotion.
    pub words: Vec<(u32, u32)>,
}

impl Reading {
    /// Better or worse, where neutral is not asked for: positive is above one half.
    pub fn leaning(&self) -> f32 {
        self.shares[2] / (self.shares[0] + self.shares[2])
    }
}

/// Another word for every other model in the binary: what was read by one is read anew by the next.
pub fn model_version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let manifest: serde_json::Value =
            serde_json::from_str(include_str!("../models/emotion.json")).expect("the manifest is JSON");
        manifest["blake3"].as_str().expect("the manifest names the model")[..16].to_owned()
    });
    &VERSION
}

/// Reads a text by the model in the binary.
pub fn read_emotion(text: &str) -> Reading {
    static MODEL: LazyLock<Model> = LazyLock::new(|| {
        Model::parse(include_bytes!("../models/emotion.bin")).expect("the model in the binary is whole")
    });
    MODEL.read(text)
}
