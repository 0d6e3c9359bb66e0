//! What kind of file bytes are: by their first ones, and by the ending of the name where those are shared by many. Pure.

/// The type of a picture that browsers show safely, by its first bytes (WHATWG MIME Sniffing §6.1).
pub(crate) fn picture_kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', b'V', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// The media type that a file goes out with, whatever whoever gave it said. Text that a reader's program might run is
/// plain text, and what nobody knows is bytes.
pub(crate) fn type_of(name: &str, bytes: &[u8]) -> &'static str {
    if let Some(picture) = picture_kind(bytes) {
        return picture;
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match bytes {
        [b'%', b'P', b'D', b'F', b'-', ..] => "application/pdf",
        [b'P', b'K', 3, 4, ..] => match ending.as_str() {
            "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            "odt" => "application/vnd.oasis.opendocument.text",
            "hwpx" => "application/hwp+zip",
            _ => "application/zip",
        },
        // The compound files of old office programs, Hangul among them.
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => match ending.as_str() {
            "hwp" => "application/x-hwp",
            "doc" => "application/msword",
            "xls" => "application/vnd.ms-excel",
            "ppt" => "application/vnd.ms-powerpoint",
            _ => "application/octet-stream",
        },
        [0x1f, 0x8b, ..] => "application/gzip",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "video/mp4",
        _ if !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok() => match ending.as_str() {
            "csv" => "text/csv",
            _ => "text/plain",
        },
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_are_pictures() {
        assert_eq!(picture_kind(b"\x89PNG\r\n\x1a\n..."), Some("image/png"));
        assert_eq!(picture_kind(b"<svg onload=alert(1)>"), None);
        assert_eq!(picture_kind(b"<html>"), None);
    }

    #[test]
    fn a_file_is_what_its_bytes_are_and_not_what_its_name_says() {
        assert_eq!(type_of("견적서.exe", b"%PDF-1.7 ..."), "application/pdf");
        assert_eq!(type_of("a.png", b"<script>alert(1)</script>"), "text/plain");
        assert_eq!(type_of("a.html", b"<script>alert(1)</script>"), "text/plain");
        assert_eq!(type_of("명단.csv", "이름,값\n".as_bytes()), "text/csv");
        assert_eq!(
            type_of("표.xlsx", b"PK\x03\x04..."),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        );
        assert_eq!(type_of("보고서.hwp", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "application/x-hwp");
        assert_eq!(type_of("x.pdf", b"MZ\x00\x01"), "application/octet-stream");
    }
}
