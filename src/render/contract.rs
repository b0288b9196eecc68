//! The header contract: every page shows the facts of its kind where and so that a person can read them.
//!
//! It is enforced on the laid-out pages and not in the templates, so that an agency's own template cannot
//! drop a fact either (seed 002 §5.5: every page of a soft copy carries case number and status).

use super::frames::{Area, Rgba, Run, Sheet};
use super::job::Fact;
use super::reading::Reading;
use crate::error::{Class, Error, Problem, Result};
use serde::{Deserialize, Serialize};
use typst_layout::Page;

/// Smallest size of a fact in points.
const SIZE_PT: f64 = 6.0;
/// Least contrast of a fact with what is behind it (WCAG 2.2, 1.4.3).
const CONTRAST: f64 = 4.5;
/// The part of a page's height, and the least height in points, that counts as its top band.
const BAND: (f64, f64) = (0.12, 90.0);
/// How much of a run may be hidden before it counts as covered: rules touch descenders.
const HIDDEN: f64 = 0.15;
/// The most problems that one error lists.
const LISTED: usize = 20;

/// Where on a page the facts must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Band {
    /// In the top 12 % of the page, at least 90 points.
    Top,
    /// Anywhere on the page: a label.
    Page,
}

/// Why a run does not count, in the order in which reasons are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Small,
    Pale,
    Covered,
    Turned,
    Outside,
    Below,
}

impl Fault {
    const ALL: [Self; 6] = [Self::Small, Self::Pale, Self::Covered, Self::Turned, Self::Outside, Self::Below];

    fn reason(self) -> &'static str {
        match self {
            Self::Small => "it is drawn smaller than 6 pt",
            Self::Pale => "it is transparent or hardly differs from its background (contrast under 4.5:1)",
            Self::Covered => "something is drawn over it",
            Self::Turned => "it is turned, mirrored or slanted",
            Self::Outside => "it lies off the page or is cut off",
            Self::Below => "it stands below the top band of the page",
        }
    }
}

/// Checks that each page shows each fact in the band: upright, on the page, at 6 pt or more after all
/// transformations, opaque, with a contrast of 4.5:1 or more, and with nothing drawn over it.
///
/// # Errors
/// `render.header` (input): page, fact and reason, for every page that lacks one.
pub(super) fn check(pages: &[Page], facts: &[Fact], band: Band) -> Result<()> {
    if facts.is_empty() {
        return Ok(());
    }
    let problems = pages.iter().enumerate().flat_map(|(at, page)| missing(at + 1, page, facts, band));
    Error::all(Class::Input, problems.take(LISTED).collect()).map_or(Ok(()), Err)
}

/// Checks a document about several cases: each case has a page that shows its number and status in the top
/// band, and from the first such page to the last there is none without a case.
///
/// # Errors
/// `render.header` (input): the case that has no page, or the page that has no case.
pub(super) fn check_cases(pages: &[Page], cases: &[Vec<Fact>]) -> Result<()> {
    let shown: Vec<Vec<usize>> = pages.iter().map(|page| cases_of(page, cases)).collect();
    let homeless = (0..cases.len()).filter(|case| !shown.iter().any(|on_page| on_page.contains(case)));
    let homeless = homeless.map(|case| {
        let number = cases[case].first().map_or("", |fact| fact.text.as_str());
        let message = format!("no page shows number and status of {number} in its header");
        Problem::error("render.header", message)
    });
    let first = shown.iter().position(|cases| !cases.is_empty()).unwrap_or(pages.len());
    let last = shown.iter().rposition(|cases| !cases.is_empty()).unwrap_or(0);
    let bare = (first..last).filter(|page| shown[*page].is_empty()).map(|page| {
        let message = format!("page {}: the header lacks the number and status of the case", page + 1);
        Problem::error("render.header", message)
    });
    let hint = "begin each case with `about-case`: the shared page function prints it in the header";
    let problems = homeless.chain(bare).map(|problem| problem.hint(hint));
    Error::all(Class::Input, problems.take(LISTED).collect()).map_or(Ok(()), Err)
}

/// The cases whose facts all stand in the top band of a page.
fn cases_of(page: &Page, cases: &[Vec<Fact>]) -> Vec<usize> {
    if cases.is_empty() {
        return Vec::new();
    }
    let sheet = Sheet::of(page);
    let good = sheet.runs.iter().filter(|run| fault(run, &sheet, Band::Top).is_none());
    let reading = Reading::of(good.collect());
    (0..cases.len()).filter(|case| reading.lacking(&cases[*case]).is_empty()).collect()
}

fn missing(number: usize, page: &Page, facts: &[Fact], band: Band) -> Vec<Problem> {
    let sheet = Sheet::of(page);
    let faults: Vec<Option<Fault>> = sheet.runs.iter().map(|run| fault(run, &sheet, band)).collect();
    let with = |also: Option<Fault>| {
        let counts = |fault: &Option<Fault>| fault.is_none() || *fault == also;
        Reading::of(sheet.runs.iter().zip(&faults).filter(|(_, f)| counts(f)).map(|(run, _)| run).collect())
    };
    let lacking = with(None).lacking(facts);
    let problem = |fact: &Fact| {
        let found = |fault: &Fault| with(Some(*fault)).lacking(facts).iter().all(|l| l.name != fact.name);
        let reason = Fault::ALL.into_iter().find(|fault| faults.contains(&Some(*fault)) && found(fault));
        problem(number, fact, reason, band)
    };
    lacking.into_iter().map(problem).collect()
}

fn problem(page: usize, fact: &Fact, fault: Option<Fault>, band: Band) -> Problem {
    let reason = fault.map_or("it is not there", Fault::reason);
    let (place, hint) = match band {
        Band::Top => (
            "header",
            "the shared page function `case-document` draws the header; a template must not replace it",
        ),
        Band::Page => ("label", "a label shows category, year, client number and status"),
    };
    Problem::error("render.header", format!("page {page}: the {place} lacks the {}: {reason}", fact.name))
        .hint(hint)
}

fn fault(run: &Run, sheet: &Sheet, band: Band) -> Option<Fault> {
    let Area { x0, y0, x1, y1 } = run.area;
    let outside = x0 < -0.5 || y0 < -0.5 || x1 > sheet.width + 0.5 || y1 > sheet.height + 0.5;
    if band == Band::Top && run.baseline > (sheet.height * BAND.0).max(BAND.1) {
        Some(Fault::Below)
    } else if !run.upright {
        Some(Fault::Turned)
    } else if outside || run.visible < 1.0 - HIDDEN {
        Some(Fault::Outside)
    } else if run.size < SIZE_PT - 0.01 {
        Some(Fault::Small)
    } else if !contrasts(run, sheet) {
        Some(Fault::Pale)
    } else if is_covered(run, sheet) {
        Some(Fault::Covered)
    } else {
        None
    }
}

/// Whether later paint hides more than a little of the run.
fn is_covered(run: &Run, sheet: &Sheet) -> bool {
    let later = sheet.painted.iter().filter(|paint| paint.order > run.order);
    later.map(|paint| run.area.covered_by(paint.area)).sum::<f64>() > HIDDEN
}

/// Whether the run is opaque and differs enough from everything that is behind it.
fn contrasts(run: &Run, sheet: &Sheet) -> bool {
    let Some(colour) = run.colour.filter(|[.., alpha]| *alpha > 0.99) else { return false };
    backgrounds(run, sheet).into_iter().all(|behind| behind.is_some_and(|b| contrast(colour, b) >= CONTRAST))
}

/// The colours behind a run, `None` for an image or a gradient.
fn backgrounds(run: &Run, sheet: &Sheet) -> Vec<Option<Rgba>> {
    let mut behind = vec![sheet.background];
    for paint in sheet.painted.iter().filter(|paint| paint.fills && paint.order < run.order) {
        let part = run.area.covered_by(paint.area);
        if part < 0.05 {
            continue;
        }
        let over = |below: &Option<Rgba>| match (paint.colour, below) {
            (Some(colour), _) if colour[3] > 0.99 => Some(colour),
            (Some(colour), Some(below)) => Some(blend(colour, *below)),
            _ => None,
        };
        let painted: Vec<_> = behind.iter().map(over).collect();
        if part > 0.99 {
            behind = painted;
        } else {
            behind.extend(painted);
        }
        behind.dedup();
        if behind.len() > 16 {
            return vec![None];
        }
    }
    behind
}

fn blend(over: Rgba, below: Rgba) -> Rgba {
    let mix = |at: usize| over[at] * over[3] + below[at] * (1.0 - over[3]);
    [mix(0), mix(1), mix(2), 1.0]
}

/// The contrast ratio of WCAG 2.2: from 1 (equal) to 21 (black on white).
fn contrast(a: Rgba, b: Rgba) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance([red, green, blue, _]: Rgba) -> f64 {
    let linear = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_follows_the_published_examples() {
        let grey =
            |level: u8| [f64::from(level) / 255.0, f64::from(level) / 255.0, f64::from(level) / 255.0, 1.0];
        assert!((contrast(grey(0), grey(255)) - 21.0).abs() < 1e-9);
        assert!(contrast(grey(0x76), grey(255)) >= CONTRAST);
        assert!(contrast(grey(0x77), grey(255)) < CONTRAST);
    }
}
