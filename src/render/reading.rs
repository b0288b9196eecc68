//! Reading a page's runs as a person does, to find facts in them.
//!
//! One text may be laid out as several runs (a change of font, a mark above a letter, an isolated number in
//! Arabic), and a run may hold several facts. So runs are joined in three orders (as painted, by line from
//! left to right, by line from right to left), and each fact is looked for in each. What one fact has used
//! is not there for the next: the code `O` is not found inside the name of the supervisor.

use super::frames::Run;
use super::job::Fact;
use std::collections::{BTreeMap, HashSet};

/// A letter on the page: its run, and its place in the run.
type Letter = (usize, usize);

/// The runs of a page, joined for reading.
pub(super) struct Reading<'a> {
    runs: Vec<&'a Run>,
    lines: Vec<Vec<usize>>,
    orders: Vec<Vec<(char, Option<Letter>)>>,
}

impl<'a> Reading<'a> {
    /// Joins `runs`, which stand in the order of painting.
    pub(super) fn of(runs: Vec<&'a Run>) -> Self {
        let lines = lines(&runs);
        let leftward =
            |order: &mut Vec<usize>| order.sort_by(|a, b| runs[*b].area.x1.total_cmp(&runs[*a].area.x1));
        let rightward =
            |order: &mut Vec<usize>| order.sort_by(|a, b| runs[*a].area.x0.total_cmp(&runs[*b].area.x0));
        let sorted = |sort: &dyn Fn(&mut Vec<usize>)| -> Vec<usize> {
            lines
                .iter()
                .cloned()
                .flat_map(|mut line| {
                    sort(&mut line);
                    line
                })
                .collect()
        };
        let orders = [(0..runs.len()).collect(), sorted(&rightward), sorted(&leftward)];
        let orders = orders.into_iter().map(|order| join(&runs, &order)).collect();
        Self { runs, lines, orders }
    }

    /// The facts that are not there, in the order given.
    pub(super) fn lacking<'f>(&self, facts: &'f [Fact]) -> Vec<&'f Fact> {
        let mut used = HashSet::new();
        let mut longest_first: Vec<usize> = (0..facts.len()).collect();
        longest_first.sort_by_key(|at| std::cmp::Reverse(facts[*at].text.chars().count()));
        let mut lacking: Vec<usize> =
            longest_first.into_iter().filter(|at| !self.take(&facts[*at].text, &mut used)).collect();
        lacking.sort_unstable();
        lacking.into_iter().map(|at| &facts[at]).collect()
    }

    /// Finds a text and marks its letters as used.
    fn take(&self, text: &str, used: &mut HashSet<Letter>) -> bool {
        let wanted = normal(text);
        if wanted.is_empty() {
            return false;
        }
        let found = self.orders.iter().find_map(|order| find(order, &wanted, used));
        let found = found.or_else(|| self.broken(&wanted, used));
        let found = found.or_else(|| self.pieces(&wanted, used));
        let taken = found.is_some();
        used.extend(found.into_iter().flatten());
        taken
    }

    /// A text in a script without spaces, whose lines may end inside a word: spaces do not count.
    fn broken(&self, wanted: &[char], used: &HashSet<Letter>) -> Option<Vec<Letter>> {
        if !wanted.iter().any(|c| is_unspaced(*c)) {
            return None;
        }
        let wanted: Vec<char> = wanted.iter().copied().filter(|c| *c != ' ').collect();
        self.orders.iter().find_map(|order| {
            let letters = (0..order.len()).filter(|at| order[*at].0 != ' ').collect::<Vec<_>>();
            find_among(order, &letters, &wanted, used)
        })
    }

    /// The last resort for scripts whose words are laid out in pieces with marks between: the text put
    /// together from runs of one line, in the direction of the script.
    fn pieces(&self, wanted: &[char], used: &HashSet<Letter>) -> Option<Vec<Letter>> {
        if !wanted.iter().any(|c| u32::from(*c) >= 0x0590) {
            return None;
        }
        let wanted: Vec<char> = wanted.iter().copied().filter(|c| !c.is_whitespace()).collect();
        let leftward = wanted.iter().any(|c| is_leftward(*c));
        self.lines.iter().find_map(|line| {
            self.ways(line, leftward).into_iter().find_map(|way| self.along(&way, &wanted, used))
        })
    }

    /// The orders in which a person may read the runs of a line: as painted, and by their places, which differ
    /// where words from the right and from the left stand beside each other.
    fn ways(&self, line: &[usize], leftward: bool) -> Vec<Vec<usize>> {
        let (mut painted, mut placed) = (line.to_vec(), line.to_vec());
        if !leftward {
            placed.sort_by(|a, b| self.runs[*a].area.x0.total_cmp(&self.runs[*b].area.x0));
            return vec![painted, placed];
        }
        painted.reverse();
        placed.sort_by(|a, b| self.runs[*b].area.x1.total_cmp(&self.runs[*a].area.x1));
        vec![painted, placed]
    }

    /// A text put together from neighbouring runs in this order.
    fn along(&self, way: &[usize], wanted: &[char], used: &HashSet<Letter>) -> Option<Vec<Letter>> {
        let free = |piece: &Vec<(char, Letter)>| piece.iter().all(|(_, letter)| !used.contains(letter));
        let pieces: Vec<_> = way.iter().map(|run| piece(&self.runs, *run)).filter(free).collect();
        let run = |piece: usize| pieces[piece].first().map(|(_, (run, _))| self.runs[*run]);
        let near = |a, b| matches!((run(a), run(b)), (Some(a), Some(b)) if gap(a, b) < 0.8 * a.size);
        assemble(wanted, &pieces, near)
    }
}

/// Whether a letter belongs to a script that is written from the right.
fn is_leftward(c: char) -> bool {
    matches!(u32::from(c), 0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFE | 0x10D00..=0x10D3F | 0x1E900..=0x1E95F)
}

/// Whether a letter belongs to a script that puts no spaces between words: Thai, Lao, Burmese, Khmer.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c), 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0xA9E0..=0xA9FF | 0xAA60..=0xAA7F)
}

/// Runs grouped by line, from the top: a baseline within half the size of the line's first belongs to it.
fn lines(runs: &[&Run]) -> Vec<Vec<usize>> {
    let mut by_height: Vec<usize> = (0..runs.len()).collect();
    by_height.sort_by(|a, b| runs[*a].baseline.total_cmp(&runs[*b].baseline));
    let mut lines: Vec<Vec<usize>> = Vec::new();
    for at in by_height {
        match lines.last_mut() {
            Some(line) if runs[at].baseline - runs[line[0]].baseline < 0.5 * runs[line[0]].size => {
                line.push(at);
            }
            _ => lines.push(vec![at]),
        }
    }
    // Within a line the order of painting runs from the left.
    for line in &mut lines {
        line.sort_unstable();
    }
    lines
}

/// The runs' letters in the given order, with one space where runs stand apart.
fn join(runs: &[&Run], order: &[usize]) -> Vec<(char, Option<Letter>)> {
    let mut joined: Vec<(char, Option<Letter>)> = Vec::new();
    let mut last: Option<usize> = None;
    for run in order {
        if last.is_some_and(|last| apart(runs[last], runs[*run])) {
            push(&mut joined, ' ', None);
        }
        for (at, c) in runs[*run].text.chars().enumerate() {
            push(&mut joined, c, Some((*run, at)));
        }
        last = Some(*run);
    }
    joined
}

/// Whether there is a gap between two runs, or they are on different lines.
fn apart(a: &Run, b: &Run) -> bool {
    let size = a.size.min(b.size);
    gap(a, b) > 0.12 * size || (a.baseline - b.baseline).abs() > 0.7 * size
}

/// The space between two runs of a line in points, negative where they overlap.
fn gap(a: &Run, b: &Run) -> f64 {
    (b.area.x0 - a.area.x1).max(a.area.x0 - b.area.x1)
}

fn push(joined: &mut Vec<(char, Option<Letter>)>, c: char, letter: Option<Letter>) {
    match plain(c) {
        Some(' ') if joined.last().is_none_or(|(last, _)| *last == ' ') => {}
        Some(c) => joined.push((c, letter)),
        None => {}
    }
}

/// The character as it is compared: white space is a space, marks of direction and joiners are nothing.
fn plain(c: char) -> Option<char> {
    match u32::from(c) {
        0xAD | 0x061C | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2069 | 0xFE00..=0xFE0F | 0xFEFF => {
            None
        }
        _ if c.is_whitespace() => Some(' '),
        _ => Some(c),
    }
}

/// A text as it is compared: no space at its ends, one between words.
fn normal(text: &str) -> Vec<char> {
    let mut joined = Vec::new();
    text.chars().for_each(|c| push(&mut joined, c, None));
    if joined.last().is_some_and(|(last, _)| *last == ' ') {
        joined.pop();
    }
    joined.into_iter().map(|(c, _)| c).collect()
}

/// The letters of the first unused place where `wanted` stands as whole words.
fn find(order: &[(char, Option<Letter>)], wanted: &[char], used: &HashSet<Letter>) -> Option<Vec<Letter>> {
    find_among(order, &(0..order.len()).collect::<Vec<_>>(), wanted, used)
}

/// The same where only these places of `order` are read.
fn find_among(
    order: &[(char, Option<Letter>)],
    read: &[usize],
    wanted: &[char],
    used: &HashSet<Letter>,
) -> Option<Vec<Letter>> {
    let free = |at: &usize| order[*at].1.is_none_or(|letter| !used.contains(&letter));
    let ends_word =
        |at: Option<usize>| at.and_then(|at| order.get(at)).is_none_or(|(c, _)| !c.is_alphanumeric());
    let last = wanted.len().checked_sub(1)?;
    let window = read.windows(wanted.len()).find(|window| {
        let equal = window.iter().zip(wanted).all(|(at, wanted)| order[*at].0 == *wanted);
        equal
            && window.iter().all(free)
            && (!wanted[0].is_alphanumeric() || ends_word(window[0].checked_sub(1)))
            && (!wanted[last].is_alphanumeric() || ends_word(Some(window[last] + 1)))
    })?;
    Some(window.iter().filter_map(|at| order[*at].1).collect())
}

/// A run's letters without spaces.
fn piece(runs: &[&Run], run: usize) -> Vec<(char, Letter)> {
    let letters = runs[run].text.chars().enumerate();
    letters.filter_map(|(at, c)| plain(c).filter(|c| *c != ' ').map(|c| (c, (run, at)))).collect()
}

/// `wanted` put together from pieces in their order: it begins inside one, goes on through neighbours that
/// may repeat what was read last (a letter whose mark stands apart is in both runs), and ends inside one.
fn assemble(
    wanted: &[char],
    pieces: &[Vec<(char, Letter)>],
    near: impl Fn(usize, usize) -> bool,
) -> Option<Vec<Letter>> {
    // How many letters are reached, and the piece that may follow: with which letters.
    let mut reached = BTreeMap::from([((0, 0), Vec::new())]);
    while let Some(((at, next), before)) = reached.pop_first() {
        if at == wanted.len() {
            return Some(before);
        }
        let following = (next..pieces.len()).filter(|index| at == 0 || near(next - 1, *index));
        for index in following {
            for (start, length) in continuations(wanted, at, &pieces[index]) {
                let taken = || [&before[..], &letters(&pieces[index][start..])[..length]].concat();
                reached.entry((at + length, index + 1)).or_insert_with(taken);
            }
        }
    }
    None
}

/// Where in `piece` the text goes on after its first `at` letters, and for how many letters.
fn continuations(wanted: &[char], at: usize, piece: &[(char, Letter)]) -> Vec<(usize, usize)> {
    let fits = |start: usize| {
        let repeats = start <= at && common(&wanted[at - start..at], piece) == start;
        let length = common(&wanted[at..], &piece[start..]);
        let ends = length == piece.len() - start || at + length == wanted.len();
        ((at == 0 || repeats) && ends).then_some((start, length))
    };
    (0..piece.len()).filter_map(fits).collect()
}

fn common(wanted: &[char], part: &[(char, Letter)]) -> usize {
    wanted.iter().zip(part).take_while(|(wanted, (c, _))| *wanted == c).count()
}

fn letters(part: &[(char, Letter)]) -> Vec<Letter> {
    part.iter().map(|(_, letter)| *letter).collect()
}

#[cfg(test)]
mod tests {
    use super::super::frames::Area;
    use super::*;

    fn run(text: &str, x: f64, baseline: f64) -> Run {
        let width = 5.0 * f64::from(u16::try_from(text.chars().count()).expect("short"));
        let area = Area { x0: x, y0: baseline - 7.0, x1: x + width, y1: baseline + 1.0 };
        let colour = Some([0.0, 0.0, 0.0, 1.0]);
        Run { text: text.into(), area, baseline, size: 10.0, upright: true, colour, visible: 1.0, order: 0 }
    }

    fn lacking(runs: &[Run], facts: &[&str]) -> Vec<String> {
        let facts: Vec<Fact> = facts.iter().map(|t| Fact { name: (*t).into(), text: (*t).into() }).collect();
        Reading::of(runs.iter().collect()).lacking(&facts).iter().map(|f| f.name.clone()).collect()
    }

    #[test]
    fn runs_are_joined_across_fonts_and_lines() {
        let runs = [run("Aisha ", 0.0, 10.0), run("Rahman", 30.0, 10.0), run("Progress", 0.0, 24.0)];
        assert!(lacking(&runs, &["Rahman Progress"]).is_empty());
        assert_eq!(lacking(&runs, &["Progress Aisha"]), ["Progress Aisha"]);
        assert!(lacking(&runs, &["Aisha Rahman", "Progress"]).is_empty());
    }

    #[test]
    fn a_code_is_not_found_inside_a_word_or_a_name() {
        assert_eq!(lacking(&[run("Open Mary O Neil", 0.0, 10.0)], &["Open", "O", "Mary O Neil"]), ["O"]);
        assert!(lacking(&[run("Open (O) Mary O Neil", 0.0, 10.0)], &["Open", "O", "Mary O Neil"]).is_empty());
    }

    #[test]
    fn marks_of_direction_and_spaces_do_not_matter() {
        let runs = [run("\u{2068}UASC-2016-0012\u{2069}\u{A0} x", 0.0, 10.0)];
        assert!(lacking(&runs, &["UASC-2016-0012 x"]).is_empty());
    }

    #[test]
    fn right_to_left_runs_are_read_from_the_right() {
        let runs = [run("أحمد", 0.0, 10.0), run("محمد ", 20.0, 10.0)];
        assert!(lacking(&runs, &["محمد أحمد"]).is_empty());
        assert_eq!(lacking(&runs, &["محمود"]), ["محمود"]);
    }

    #[test]
    fn a_name_with_a_mark_and_a_word_or_number_from_the_left_is_read_by_place() {
        // As it is painted: the word in pieces from the left, then the number, which stands left of it.
        let word = |shift: f64| {
            [run("د ", 5.0 + shift, 10.0), run("مّ", 16.0 + shift, 9.0), run("محمّ", 15.0 + shift, 10.0)]
        };
        let [a, b, c] = word(0.0);
        assert!(lacking(&[a, b, c, run("٣", 0.0, 10.0)], &["محمّد ٣"]).is_empty());
        let [a, b, c] = word(45.0);
        let name = [a, b, c, run("Ali Ñandú", 4.0, 10.0)];
        assert!(lacking(&name, &["محمّد Ali Ñandú"]).is_empty());
        assert_eq!(lacking(&name, &["محمّد Ñandú Omar"]), ["محمّد Ñandú Omar"]);
    }

    #[test]
    fn a_line_may_end_inside_a_burmese_word_and_nowhere_inside_a_latin_one() {
        let runs = [
            run("ကို ဘေး", 0.0, 10.0),
            run("ကင်း", 0.0, 24.0),
            run("Aisha Rah", 90.0, 10.0),
            run("man", 90.0, 24.0),
        ];
        assert!(lacking(&runs, &["ကို ဘေးကင်း"]).is_empty());
        assert_eq!(lacking(&runs, &["ဘေးကင်းလုံ", "Aisha Rahman"]), ["ဘေးကင်းလုံ", "Aisha Rahman"]);
    }

    #[test]
    fn words_in_pieces_with_repeated_marks_are_put_together() {
        let runs = [run("ကို", 0.0, 10.0), run("ို", 8.0, 9.0), run("ကျော်", 14.0, 10.0)];
        assert!(lacking(&runs, &["ကိုကျော်"]).is_empty());
        assert_eq!(lacking(&runs, &["ကိုမောင်"]), ["ကိုမောင်"]);
        let runs = [run("သိမ်း", 0.0, 10.0), run("မ်း", 12.0, 9.9), run("မ်းပြီး", 12.0, 10.0)];
        assert!(lacking(&runs, &["သိမ်းပြီး"]).is_empty());
        assert_eq!(lacking(&runs, &["ပြီးသိမ်း"]), ["ပြီးသိမ်း"]);
        let twice =
            [run("သိမ်း", 0.0, 10.0), run("ပြီး", 25.0, 10.0), run("သိမ်း", 90.0, 10.0), run("လာ", 115.0, 10.0)];
        assert!(lacking(&twice, &["သိမ်းလာ", "သိမ်းပြီး"]).is_empty());
    }
}
