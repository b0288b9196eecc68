//! Photographs: read inside the record's folder, decoded under limits, and written anew.
//!
//! A photograph reaches a document only as freshly encoded pixels: the place, the time and the camera that
//! its file names stay behind. It is turned upright first, and made no larger than a page needs.

use super::job::Photograph;
use crate::error::{Class, Error, Place, Problem, Result};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};
use std::io::Cursor;
use std::path::Path;

/// The largest file of a photograph that is read, in bytes.
pub const FILE_LIMIT_BYTES: u64 = 40 << 20;
/// The most pixels of a photograph: 20 megapixels.
const PIXELS: u64 = 20_000_000;
/// Most memory that decoding may take, in bytes.
const MEMORY_BYTES: u64 = 256 << 20;
/// Longest edge in a document, in pixels: 17 cm at 270 dots per inch.
const EDGE: u32 = 1_800;
/// Quality of JPEG.
const QUALITY: u8 = 85;

/// Reads the file of a photograph, bounded.
pub(super) fn read(path: &Path, field: &str) -> Result<Vec<u8>> {
    if std::fs::metadata(path).is_ok_and(|file| !file.is_file()) {
        return Err(refused(field, "this photograph is not a file"));
    }
    crate::fs::read(path, FILE_LIMIT_BYTES)
}

/// All photographs, cleaned, with their paths.
///
/// # Errors
/// `render.image` (input), one problem for each photograph that cannot be used.
pub(super) fn clean(photographs: &[Photograph]) -> Result<Vec<(String, Vec<u8>)>> {
    let mut cleaned = Vec::new();
    let mut problems = Vec::new();
    for photograph in photographs {
        match clean_one(&photograph.bytes) {
            Ok(bytes) => cleaned.push((photograph.path.clone(), bytes)),
            Err(message) => problems.push(problem(&photograph.field, message)),
        }
    }
    Error::all(Class::Input, problems).map_or(Ok(cleaned), Err)
}

fn refused(field: &str, message: &str) -> Error {
    Error::new(Class::Input, problem(field, message))
}

fn problem(field: &str, message: &str) -> Problem {
    let place = Place { field: Some(field.to_owned()), ..Place::default() };
    Problem::error("render.image", message).at(place)
}

fn clean_one(bytes: &[u8]) -> std::result::Result<Vec<u8>, &'static str> {
    let format = format(bytes)?;
    let upright = decode(bytes, format)?;
    let bounded = if upright.width().max(upright.height()) > EDGE {
        upright.resize(EDGE, EDGE, image::imageops::FilterType::CatmullRom)
    } else {
        upright
    };
    encode(&bounded, format).map_err(|_| "this photograph cannot be written anew")
}

/// What the first bytes say, whatever the file is called.
fn format(bytes: &[u8]) -> std::result::Result<ImageFormat, &'static str> {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Ok(ImageFormat::Jpeg),
        [0x89, b'P', b'N', b'G', ..] => Ok(ImageFormat::Png),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => {
            Err("this is a HEIC or AVIF picture; save it as JPEG or PNG")
        }
        [b'R', b'I', b'F', b'F', ..] => Err("this is a WebP picture; save it as JPEG or PNG"),
        [b'%', b'P', b'D', b'F', ..] => Err("this is a PDF and not a photograph; file it as an attachment"),
        _ => Err("this is not a JPEG or PNG picture, whatever its name says"),
    }
}

fn decode(bytes: &[u8], format: ImageFormat) -> std::result::Result<DynamicImage, &'static str> {
    let damaged = |_| "this photograph is damaged and cannot be read";
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(MEMORY_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS {
        return Err("this photograph has more than 20 megapixels; make it smaller");
    }
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Writes pixels and nothing else, in the format they came in.
fn encode(picture: &DynamicImage, format: ImageFormat) -> image::ImageResult<Vec<u8>> {
    let colour = picture.color();
    let picture = match (colour.has_color(), colour.has_alpha() && format == ImageFormat::Png) {
        (false, false) => DynamicImage::from(picture.to_luma8()),
        (true, false) => DynamicImage::from(picture.to_rgb8()),
        (_, true) => DynamicImage::from(picture.to_rgba8()),
    };
    let mut bytes = Vec::new();
    match format {
        ImageFormat::Jpeg => {
            picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))?;
        }
        _ => picture.write_to(&mut Cursor::new(&mut bytes), format)?,
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        encode(&DynamicImage::new_rgb8(width, height), ImageFormat::Jpeg).expect("encodes")
    }

    /// The JPEG with an EXIF segment that says: turn by 90 degrees.
    fn turned(jpeg: &[u8]) -> Vec<u8> {
        let exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0SECRET";
        let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
        [&jpeg[..2], &[0xFF, 0xE1], &length, exif, &jpeg[2..]].concat()
    }

    #[test]
    fn turns_upright_and_drops_what_the_file_says_about_itself() {
        let cleaned = clean_one(&turned(&jpeg(40, 20))).expect("clean");
        let picture = image::load_from_memory(&cleaned).expect("a picture");
        assert_eq!((picture.width(), picture.height()), (20, 40));
        assert!(!cleaned.windows(6).any(|w| w == b"SECRET" || w == b"Exif\0\0"));
    }

    #[test]
    fn bounds_the_size() {
        let picture =
            image::load_from_memory(&clean_one(&jpeg(3000, 100)).expect("clean")).expect("a picture");
        assert_eq!(picture.width(), EDGE);
    }

    #[test]
    fn refuses_what_is_not_a_picture_and_what_is_too_large() {
        assert!(clean_one(b"hello, I am called photo.jpg").expect_err("text").contains("not a JPEG"));
        assert!(clean_one(&jpeg(40, 20)[..200]).expect_err("cut").contains("damaged"));
        assert!(clean_one(&jpeg(6000, 4000)).expect_err("large").contains("megapixels"));
        assert!(clean_one(b"<svg xmlns='http://www.w3.org/2000/svg'/>").is_err());
    }
}
