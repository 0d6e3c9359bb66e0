//! Places in a text: Unicode scalars are what we store, browsers count UTF-16 units, Rust slices bytes.

/// The byte at which scalar number `scalar` begins; the length in bytes when there are not so many.
pub fn scalar_to_byte(text: &str, scalar: usize) -> usize {
    text.char_indices().nth(scalar).map_or(text.len(), |(byte, _)| byte)
}

/// The scalar that holds UTF-16 unit number `unit`; the number of scalars when there are not so many.
pub fn utf16_to_scalar(text: &str, unit: usize) -> usize {
    let mut units = 0;
    for (scalar, c) in text.chars().enumerate() {
        units += c.len_utf16();
        if units > unit {
            return scalar;
        }
    }
    text.chars().count()
}

/// The UTF-16 unit at which scalar number `scalar` begins.
pub fn scalar_to_utf16(text: &str, scalar: usize) -> usize {
    text.chars().take(scalar).map(char::len_utf16).sum()
}

/// Where `quote` stands in `text`, in scalars, half-open. The quote wins over the offset: it is looked for at
/// `hint_start` first, then at its nearest occurrence, then without regard to white space (a browser's selection joins
/// lines and drops indents). An empty quote is nowhere.
pub fn find_quote(text: &str, quote: &str, hint_start: usize) -> Option<(usize, usize)> {
    if quote.is_empty() {
        return None;
    }
    let hint_byte = scalar_to_byte(text, hint_start);
    if text[hint_byte..].starts_with(quote) {
        return Some((hint_start, hint_start + quote.chars().count()));
    }
    if let Some(byte) = find_nearest(text, quote, hint_byte) {
        let start = text[..byte].chars().count();
        return Some((start, start + quote.chars().count()));
    }
    find_spaceless(text, quote, hint_start)
}

/// The occurrence whose first byte lies nearest to `hint`; the earlier of two equally near.
fn find_nearest(text: &str, quote: &str, hint: usize) -> Option<usize> {
    let after = text[hint..].find(quote).map(|at| hint + at);
    // An occurrence that begins before the hint may reach beyond it.
    let mut reach = (hint + quote.len()).min(text.len());
    while !text.is_char_boundary(reach) {
        reach += 1;
    }
    let before = text[..reach].rfind(quote).filter(|&at| at < hint);
    match (before, after) {
        (Some(before), Some(after)) => Some(if hint - before <= after - hint { before } else { after }),
        (before, after) => before.or(after),
    }
}

fn find_spaceless(text: &str, quote: &str, hint: usize) -> Option<(usize, usize)> {
    let visible = |c: &char| !c.is_whitespace();
    let wanted: String = quote.chars().filter(visible).collect();
    if wanted.is_empty() {
        return None;
    }
    let places: Vec<usize> = text.chars().enumerate().filter(|(_, c)| visible(c)).map(|(i, _)| i).collect();
    let squeezed: String = text.chars().filter(visible).collect();
    let hint_byte = scalar_to_byte(&squeezed, places.partition_point(|&place| place < hint));
    let byte = find_nearest(&squeezed, &wanted, hint_byte)?;
    let first = squeezed[..byte].chars().count();
    let last = first + wanted.chars().count() - 1;
    Some((places[first], places[last] + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_quote_wins_over_the_offset() {
        let text = "환불 요청. 환불 확인. 환불 완료";
        assert_eq!(find_quote(text, "환불", 0), Some((0, 2)));
        assert_eq!(find_quote(text, "환불", 7), Some((7, 9)));
        assert_eq!(find_quote(text, "환불", 8), Some((7, 9)));
        assert_eq!(find_quote(text, "환불", 12), Some((14, 16)));
        assert_eq!(find_quote(text, "환불", 900), Some((14, 16)));
        assert_eq!(find_quote(text, "취소", 0), None);
        assert_eq!(find_quote(text, "", 0), None);
    }

    #[test]
    fn a_quote_is_found_across_other_white_space() {
        assert_eq!(find_quote("왜  안\n 되죠?", "왜 안 되죠", 3), Some((0, 8)));
        assert_eq!(find_quote("a b ab", "a\nb", 0), Some((0, 3)));
        assert_eq!(find_quote("abc", " \n", 0), None);
    }

    #[test]
    fn emoji_take_two_utf16_units() {
        assert_eq!(utf16_to_scalar("a😀b", 3), 2);
        assert_eq!(utf16_to_scalar("a😀b", 2), 1);
        assert_eq!(scalar_to_utf16("a😀b", 2), 3);
    }

    proptest! {
        #[test]
        fn offsets_go_there_and_back(text in any::<String>(), scalar in 0usize..80) {
            let n = text.chars().count();
            let scalar = scalar.min(n);
            prop_assert_eq!(utf16_to_scalar(&text, scalar_to_utf16(&text, scalar)), scalar);
            prop_assert_eq!(text[..scalar_to_byte(&text, scalar)].chars().count(), scalar);
            prop_assert_eq!(utf16_to_scalar(&text, text.encode_utf16().count()), n);
        }

        #[test]
        fn a_slice_is_found_at_its_own_place(text in "[가-힣a-c \n😀]{1,40}", from in 0usize..40, len in 1usize..10) {
            let chars: Vec<char> = text.chars().collect();
            let from = from.min(chars.len() - 1);
            let to = (from + len).min(chars.len());
            let quote: String = chars[from..to].iter().collect();
            prop_assert_eq!(find_quote(&text, &quote, from), Some((from, to)));
        }

        #[test]
        fn what_is_found_is_the_quote_but_for_white_space(text in "[ab \n]{0,30}", quote in "[ab \n]{1,6}", hint in 0usize..40) {
            if let Some((from, to)) = find_quote(&text, &quote, hint) {
                let found: String = text.chars().skip(from).take(to - from).filter(|c| !c.is_whitespace()).collect();
                let wanted: String = quote.chars().filter(|c| !c.is_whitespace()).collect();
                prop_assert_eq!(found, wanted);
            }
        }
    }
}
