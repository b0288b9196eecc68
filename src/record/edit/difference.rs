//! The difference between two texts, for the eyes of somebody who may read both.

/// How many equal lines are shown around a change.
const AROUND: usize = 2;
/// Above this many pairs of lines the middle is shown as replaced as a whole.
const PAIRS: usize = 4_000_000;

#[derive(Clone, Copy, PartialEq)]
enum Line<'a> {
    Same(&'a str),
    Old(&'a str),
    New(&'a str),
}

/// The lines that differ between `old` and `new`: `- ` before what only the old text has, `+ ` before what
/// only the new one has, two lines around each change, `…` where equal lines are left out. Empty where
/// both are the same.
pub fn difference(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    shown(&compared(&old, &new))
}

fn compared<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let mut lines: Vec<Line> = old[..start].iter().map(|line| Line::Same(line)).collect();
    lines.extend(middle(&old_rest[..old_rest.len() - end], &new_rest[..new_rest.len() - end]));
    lines.extend(old_rest[old_rest.len() - end..].iter().map(|line| Line::Same(line)));
    lines
}

/// The longest common sequence of lines, by the classic table.
fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    if old.len().saturating_mul(new.len()) > PAIRS {
        return old
            .iter()
            .map(|line| Line::Old(line))
            .chain(new.iter().map(|line| Line::New(line)))
            .collect();
    }
    let width = new.len() + 1;
    let mut common = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = if old[i] == new[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push(Line::Same(old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len()
            || (i < old.len() && common[(i + 1) * width + j] >= common[i * width + j + 1])
        {
            lines.push(Line::Old(old[i]));
            i += 1;
        } else {
            lines.push(Line::New(new[j]));
            j += 1;
        }
    }
    lines
}

fn shown(lines: &[Line<'_>]) -> String {
    let changed = |line: &Line| !matches!(line, Line::Same(_));
    let near = |index: usize| {
        let window = &lines[index.saturating_sub(AROUND)..lines.len().min(index + AROUND + 1)];
        window.iter().any(changed)
    };
    let mut text = String::new();
    let mut skipped = false;
    for (index, line) in lines.iter().enumerate() {
        if !near(index) {
            skipped = true;
            continue;
        }
        if std::mem::take(&mut skipped) {
            text.push_str("…\n");
        }
        let (sign, line) = match line {
            Line::Same(line) => ("  ", line),
            Line::Old(line) => ("- ", line),
            Line::New(line) => ("+ ", line),
        };
        text.extend([sign, line, "\n"]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn shows_changed_lines_with_two_around_and_nothing_for_equal_texts() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), "");
        assert_eq!(
            difference("1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\nfive\n6\n"),
            "…\n  3\n  4\n- 5\n+ five\n  6\n"
        );
        assert_eq!(difference("a\nb\nc\n", "a\nc\nd\n"), "  a\n- b\n  c\n+ d\n");
        assert_eq!(difference("", "a\n"), "+ a\n");
    }
}
