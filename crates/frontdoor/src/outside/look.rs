//! How the public pages look: one style with the owner's colour, which is readable on light paper and, made lighter until it
//! is, on dark paper (WCAG 2.2, 1.4.3: 4.5 to 1).
use base::{Error, Result};

const LIGHT: [Colour; 2] = [Colour([0xfb, 0xfa, 0xf6]), Colour([0xff, 0xff, 0xff])];
const DARK: [Colour; 2] = [Colour([0x16, 0x18, 0x17]), Colour([0x1d, 0x20, 0x1f])];
const ENOUGH: f64 = 4.5;
pub const CELADON: &str = "#27705f";

#[derive(Clone, Copy, Debug, PartialEq)]
struct Colour([u8; 3]);

impl Colour {
    fn parse(text: &str) -> Option<Colour> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_hex.then_some(Colour([part(0)?, part(2)?, part(4)?]))
    }

    fn show(self) -> String {
        let [r, g, b] = self.0;
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let [r, g, b] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(self, other: Colour) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// The weakest contrast on some papers.
    fn on(self, papers: [Colour; 2]) -> f64 {
        papers.into_iter().map(|paper| self.contrast(paper)).fold(f64::INFINITY, f64::min)
    }

    fn lighter(self, share: f64) -> Colour {
        Colour(self.0.map(|part| (f64::from(part) + (255.0 - f64::from(part)) * share).round() as u8))
    }
}

/// A colour as it is kept, if text of it can be read on light paper, and white on it. Otherwise how far it is from that.
pub fn check_colour(text: &str) -> Result<String> {
    let colour = Colour::parse(text.trim()).ok_or(Error::invalid("colour", "error-colour"))?;
    let contrast = colour.on(LIGHT);
    if contrast < ENOUGH {
        let args = vec![("contrast", format!("{contrast:.1}"))];
        return Err(Error::Invalid { field: "colour", key: "error-colour-contrast", args });
    }
    Ok(colour.show())
}

/// How well text of a colour can be read on light paper; 21 at best.
pub fn contrast_of(colour: &str) -> f64 {
    Colour::parse(colour).map_or(0.0, |colour| colour.on(LIGHT))
}

/// The owner's colour in light and in dark.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    light: Colour,
    dark: Colour,
}

impl Look {
    /// A colour that cannot be read falls back to celadon.
    pub fn of(colour: &str) -> Look {
        let ours = Colour([0x27, 0x70, 0x5f]);
        let light = Colour::parse(colour).filter(|colour| colour.on(LIGHT) >= ENOUGH).unwrap_or(ours);
        let steps = (0..=40).map(|step| light.lighter(f64::from(step) / 40.0));
        let dark = steps.into_iter().find(|colour| colour.on(DARK) >= ENOUGH).unwrap_or(Colour([0xff; 3]));
        Look { light, dark }
    }

    /// The whole style of a page.
    pub fn style(&self) -> String {
        let (light, dark) = (self.light.show(), self.dark.show());
        format!(
            ":root{{--paper:#fbfaf6;--panel:#fff;--line:#e6e2d8;--ink:#20231f;--soft:#62665f;--own:{light};--on:#fff;--field:#8a857a;\
             --alert:#b23c25}}@media(prefers-color-scheme:dark){{:root{{--paper:#161817;--panel:#1d201f;--line:#2c302e;\
             --ink:#eceae3;--soft:#9da19a;--own:{dark};--on:#161817;--field:#8f8a80;--alert:#e8775f}}}}{STYLE}"
        )
    }
}

const STYLE: &str = include_str!("../../../../templates/outside/style.css");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_colour_that_cannot_be_read_is_refused_with_how_far_it_is() {
        assert_eq!(check_colour(" #27705F ").unwrap(), "#27705f");
        let Err(Error::Invalid { key, args, .. }) = check_colour("#ffd700") else { panic!("gold on paper") };
        assert_eq!((key, args[0].1.as_str()), ("error-colour-contrast", "1.3"));
        for junk in ["", "#", "red", "#12345", "#1234567", "#+1-2+3", "#가나", "#12 456", "27705f"] {
            assert!(check_colour(junk).is_err(), "{junk}");
        }
        assert_eq!(Colour([0, 0, 0]).contrast(Colour([255; 3])), 21.0);
    }

    proptest! {
        #[test]
        fn whatever_the_owner_chose_can_be_read_on_both_papers(rgb: [u8; 3]) {
            let look = Look::of(&Colour(rgb).show());
            prop_assert!(look.light.on(LIGHT) >= ENOUGH && look.dark.on(DARK) >= ENOUGH);
        }
    }
}
