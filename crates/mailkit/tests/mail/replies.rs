//! What a person wrote, told from what they quoted.

use std::fs;

use mailkit::split_reply;

use crate::{list_files, shared_mail};

fn written(text: &str) -> String {
    split_reply(text).visible_text(text)
}

#[test]
fn at_least_85_of_100_public_replies_are_split_exactly() {
    let Some(folder) = shared_mail() else { return };
    let folder = folder.join("reply-trimmer/test");
    let files = list_files(&folder.join("emails"), &[".txt"]);
    let mut wrong = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).unwrap().replace("\r\n", "\n");
        let expected = fs::read_to_string(folder.join("trimmed").join(file.file_name().unwrap())).unwrap();
        let expected = expected.replace("\r\n", "\n");
        let found = written(&text);
        if found != expected.trim() {
            wrong.push(format!("{}:\n{found}", file.file_name().unwrap().to_string_lossy()));
        }
    }
    let right = files.len() - wrong.len();
    eprintln!("{right} of {} replies right", files.len());
    assert!(right * 100 >= files.len() * 85, "{right} of {} right; wrong:\n{}", files.len(), wrong.join("\n=====\n"));
}
