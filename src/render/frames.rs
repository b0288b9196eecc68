//! What is drawn on a page: its runs of text and what is painted, in the order of painting, with every
//! transformation applied.

use typst::layout::{Abs, Frame, FrameItem, GroupItem, Point, Transform};
use typst::text::TextItem;
use typst::visualize::{Color, FixedStroke, Geometry, Paint, Shape};
use typst_layout::Page;

/// An upright rectangle on the page, in points from its top left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub x0: f64,
    pub y0: f64,
    pub x1: f64,
    pub y1: f64,
}

impl Area {
    /// The smallest area around the transformed corners.
    fn around(transform: Transform, from: (f64, f64), to: (f64, f64)) -> Self {
        let corners = [from, (to.0, from.1), (from.0, to.1), to].map(|corner| apply(transform, corner));
        let [xs, ys] = [corners.map(|c| c.0), corners.map(|c| c.1)];
        let low = |values: [f64; 4]| values.into_iter().fold(f64::INFINITY, f64::min);
        let high = |values: [f64; 4]| values.into_iter().fold(f64::NEG_INFINITY, f64::max);
        Self { x0: low(xs), y0: low(ys), x1: high(xs), y1: high(ys) }
    }

    fn surface(self) -> f64 {
        (self.x1 - self.x0).max(0.0) * (self.y1 - self.y0).max(0.0)
    }

    fn and(self, other: Self) -> Self {
        let (x0, y0) = (self.x0.max(other.x0), self.y0.max(other.y0));
        Self { x0, y0, x1: self.x1.min(other.x1), y1: self.y1.min(other.y1) }
    }

    /// Which part of this area the other one covers, from 0 to 1.
    pub(super) fn covered_by(self, other: Self) -> f64 {
        if self.surface() <= 0.0 { 0.0 } else { self.and(other).surface() / self.surface() }
    }

    fn grown(self, by: f64) -> Self {
        Self { x0: self.x0 - by, y0: self.y0 - by, x1: self.x1 + by, y1: self.y1 + by }
    }
}

fn apply(t: Transform, (x, y): (f64, f64)) -> (f64, f64) {
    let (sx, kx, ky, sy) = (t.sx.get(), t.kx.get(), t.ky.get(), t.sy.get());
    (sx * x + kx * y + t.tx.to_pt(), ky * x + sy * y + t.ty.to_pt())
}

/// A colour: red, green, blue and opacity, each from 0 to 1.
pub(super) type Rgba = [f64; 4];

/// A run of text as it stands on the page.
pub(super) struct Run {
    pub text: String,
    /// From the height of a capital to a little below the baseline.
    pub area: Area,
    pub baseline: f64,
    /// Size in points after every transformation, the smaller of width and height.
    pub size: f64,
    pub upright: bool,
    /// `None` for what is no plain colour.
    pub colour: Option<Rgba>,
    /// Which part of the area a clip leaves visible.
    pub visible: f64,
    /// Its place in the order of painting.
    pub order: usize,
}

/// Something painted that is not text.
pub(super) struct Painted {
    pub area: Area,
    /// `None` for an image, a gradient or a pattern.
    pub colour: Option<Rgba>,
    /// Whether it fills its area, and so can be a background.
    pub fills: bool,
    pub order: usize,
}

/// A page as it is drawn.
pub(super) struct Sheet {
    pub width: f64,
    pub height: f64,
    pub background: Option<Rgba>,
    pub runs: Vec<Run>,
    pub painted: Vec<Painted>,
    order: usize,
}

impl Sheet {
    pub(super) fn of(page: &Page) -> Self {
        let fill = page.fill_or_white();
        let size = page.frame.size();
        let mut sheet = Self {
            width: size.x.to_pt(),
            height: size.y.to_pt(),
            background: fill.map_or(Some([1.0; 4]), |paint| plain(&paint)),
            runs: Vec::new(),
            painted: Vec::new(),
            order: 0,
        };
        sheet.walk(&page.frame, Transform::identity(), None);
        sheet
    }

    fn walk(&mut self, frame: &Frame, outer: Transform, clip: Option<Area>) {
        for (position, item) in frame.items() {
            let at = outer.pre_concat(Transform::translate(position.x, position.y));
            self.order += 1;
            match item {
                FrameItem::Group(group) => self.group(group, at, clip),
                FrameItem::Text(text) => self.text(text, at, clip),
                FrameItem::Shape(shape, _) => self.shape(shape, at, clip),
                FrameItem::Image(_, size, _) => {
                    let area = Area::around(at, (0.0, 0.0), (size.x.to_pt(), size.y.to_pt()));
                    self.paint(area, None, true, clip);
                }
                FrameItem::Link(..) | FrameItem::Tag(_) => {}
            }
        }
    }

    fn group(&mut self, group: &GroupItem, at: Transform, clip: Option<Area>) {
        let at = at.pre_concat(group.transform);
        let own = group.clip.as_ref().map(|curve| {
            let bounds = curve.bbox(None);
            Area::around(at, point(bounds.min), point(bounds.max))
        });
        let clip = match (clip, own) {
            (Some(a), Some(b)) => Some(a.and(b)),
            (a, b) => a.or(b),
        };
        self.walk(&group.frame, at, clip);
    }

    fn text(&mut self, item: &TextItem, at: Transform, clip: Option<Area>) {
        let size = item.size.to_pt();
        let area = Area::around(at, (0.0, -0.72 * size), (item.width().to_pt(), 0.1 * size));
        let upright =
            at.kx.get().abs() < 0.01 && at.ky.get().abs() < 0.01 && at.sx.get() > 0.0 && at.sy.get() > 0.0;
        let outline = item.stroke.as_ref().map(|stroke| plain(&stroke.paint));
        let fill = plain(&item.fill);
        self.runs.push(Run {
            text: item.text.to_string(),
            area,
            baseline: apply(at, (0.0, 0.0)).1,
            size: size * at.sx.get().abs().min(at.sy.get().abs()),
            upright,
            colour: fill.filter(|_| outline.is_none_or(|outline| outline == fill)),
            visible: clip.map_or(1.0, |clip| area.covered_by(clip)),
            order: self.order,
        });
    }

    fn shape(&mut self, shape: &Shape, at: Transform, clip: Option<Area>) {
        let bounds = shape.geometry.bbox(None);
        let area = Area::around(at, point(bounds.min), point(bounds.max));
        if let Some(fill) = &shape.fill {
            self.paint(area, plain(fill), true, clip);
        }
        if let Some(stroke) = &shape.stroke {
            self.stroke(&shape.geometry, stroke, area, at, clip);
        }
    }

    /// A stroke covers what lies under it: the line, or the four edges.
    fn stroke(
        &mut self,
        geometry: &Geometry,
        stroke: &FixedStroke,
        area: Area,
        at: Transform,
        clip: Option<Area>,
    ) {
        let scale = at.sx.get().abs().max(at.sy.get().abs()).max(at.kx.get().abs()).max(at.ky.get().abs());
        let half = stroke.thickness.to_pt() * scale / 2.0;
        let Area { x0, y0, x1, y1 } = area;
        let edges = match geometry {
            Geometry::Line(_) => vec![area],
            _ => vec![
                Area { y1: y0, ..area },
                Area { y0: y1, ..area },
                Area { x1: x0, ..area },
                Area { x0: x1, ..area },
            ],
        };
        for edge in edges {
            self.paint(edge.grown(half), plain(&stroke.paint), false, clip);
        }
    }

    fn paint(&mut self, area: Area, colour: Option<Rgba>, fills: bool, clip: Option<Area>) {
        let area = clip.map_or(area, |clip| area.and(clip));
        if colour.is_none_or(|[.., alpha]| alpha > 0.0) {
            self.painted.push(Painted { area, colour, fills, order: self.order });
        }
    }
}

fn point(point: Point) -> (f64, f64) {
    let pt = |length: Abs| length.to_pt();
    (pt(point.x), pt(point.y))
}

/// The colour of a plain paint.
fn plain(paint: &Paint) -> Option<Rgba> {
    match paint {
        Paint::Solid(colour) => Some(rgba(colour)),
        Paint::Gradient(_) | Paint::Tiling(_) => None,
    }
}

fn rgba(colour: &Color) -> Rgba {
    let rgb = colour.to_rgb();
    [rgb.red, rgb.green, rgb.blue, rgb.alpha].map(f64::from)
}
