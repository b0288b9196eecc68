//! Names of scripts, for messages about missing fonts.

/// The name of the script a character belongs to, as a person would look for a font.
pub(super) fn script(c: char) -> &'static str {
    let code = u32::from(c);
    let found = SCRIPTS.iter().find(|(first, last, _)| (*first..=*last).contains(&code));
    found.map_or("symbols", |(_, _, name)| name)
}

/// First and last character, in ranges of whole Unicode blocks.
const SCRIPTS: &[(u32, u32, &str)] = &[
    (0x0000, 0x024F, "Latin"),
    (0x0250, 0x02AF, "phonetic letters"),
    (0x0370, 0x03FF, "Greek"),
    (0x0400, 0x052F, "Cyrillic"),
    (0x0530, 0x058F, "Armenian"),
    (0x0590, 0x05FF, "Hebrew"),
    (0x0600, 0x06FF, "Arabic"),
    (0x0700, 0x074F, "Syriac"),
    (0x0750, 0x077F, "Arabic"),
    (0x0780, 0x07BF, "Thaana"),
    (0x07C0, 0x07FF, "N'Ko"),
    (0x0870, 0x08FF, "Arabic"),
    (0x0900, 0x097F, "Devanagari"),
    (0x0980, 0x09FF, "Bengali"),
    (0x0A00, 0x0A7F, "Gurmukhi"),
    (0x0A80, 0x0AFF, "Gujarati"),
    (0x0B00, 0x0B7F, "Odia"),
    (0x0B80, 0x0BFF, "Tamil"),
    (0x0C00, 0x0C7F, "Telugu"),
    (0x0C80, 0x0CFF, "Kannada"),
    (0x0D00, 0x0D7F, "Malayalam"),
    (0x0D80, 0x0DFF, "Sinhala"),
    (0x0E00, 0x0E7F, "Thai"),
    (0x0E80, 0x0EFF, "Lao"),
    (0x0F00, 0x0FFF, "Tibetan"),
    (0x1000, 0x109F, "Burmese"),
    (0x10A0, 0x10FF, "Georgian"),
    (0x1100, 0x11FF, "Korean"),
    (0x1200, 0x139F, "Ethiopic"),
    (0x13A0, 0x13FF, "Cherokee"),
    (0x1400, 0x167F, "Canadian syllabics"),
    (0x1780, 0x17FF, "Khmer"),
    (0x1800, 0x18AF, "Mongolian"),
    (0x1C80, 0x1C8F, "Cyrillic"),
    (0x1E00, 0x1EFF, "Latin"),
    (0x1F00, 0x1FFF, "Greek"),
    (0x2D80, 0x2DDF, "Ethiopic"),
    (0x2E80, 0x2FDF, "Chinese"),
    (0x3000, 0x303F, "Chinese or Japanese"),
    (0x3040, 0x30FF, "Japanese"),
    (0x3100, 0x312F, "Bopomofo"),
    (0x3130, 0x318F, "Korean"),
    (0x31A0, 0x31EF, "Chinese"),
    (0x31F0, 0x31FF, "Japanese"),
    (0x3400, 0x9FFF, "Chinese"),
    (0xA000, 0xA4CF, "Yi"),
    (0xA720, 0xA7FF, "Latin"),
    (0xA8E0, 0xA8FF, "Devanagari"),
    (0xA960, 0xA97F, "Korean"),
    (0xA980, 0xA9DF, "Javanese"),
    (0xA9E0, 0xA9FF, "Burmese"),
    (0xAA60, 0xAA7F, "Burmese"),
    (0xAB00, 0xAB2F, "Ethiopic"),
    (0xAC00, 0xD7FF, "Korean"),
    (0xE000, 0xF8FF, "private characters"),
    (0xF900, 0xFAFF, "Chinese"),
    (0xFB50, 0xFDFF, "Arabic"),
    (0xFE70, 0xFEFE, "Arabic"),
    (0xFF00, 0xFFEF, "Chinese or Japanese"),
    (0x10D00, 0x10D3F, "Hanifi Rohingya"),
    (0x1E900, 0x1E95F, "Adlam"),
    (0x1F000, 0x1FAFF, "emoji"),
    (0x20000, 0x3FFFF, "Chinese"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_scripts_of_our_languages() {
        let names = ["王", "あ", "한", "ශ", "ن", "😀", "☃"].map(|s| script(s.chars().next().expect("one")));
        assert_eq!(names, ["Chinese", "Japanese", "Korean", "Sinhala", "Arabic", "emoji", "symbols"]);
    }
}
