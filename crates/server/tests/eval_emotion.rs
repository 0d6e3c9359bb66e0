//! `sarang eval emotion` as a script meets it: lines in, one line of JSON last.
use std::process::{Command, Output};

fn evaluate(lines: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.jsonl");
    std::fs::write(&file, lines).unwrap();
    Command::new(env!("CARGO_BIN_EXE_sarang"))
        .args(["eval", "emotion", "--test"])
        .arg(&file)
        .env("LC_ALL", "C")
        .output()
        .unwrap()
}

#[test]
fn the_last_line_holds_the_figures_of_all_and_of_each_language() {
    let output = evaluate(concat!(
        r#"{"text":"Thank you, I love it","lang":"en","valence":1}"#,
        "\n",
        r#"{"text":"This is terrible, I hate it","lang":"en","valence":-1}"#,
        "\n",
        r#"{"text":"Where is the invoice?","lang":"en","valence":0}"#,
        "\n\n",
        r#"{"text":"정말 최고예요 감사합니다","lang":"ko","valence":1}"#,
        "\n",
    ));
    assert!(output.status.success(), "{output:?}");
    let out = String::from_utf8(output.stdout).unwrap();
    let last: serde_json::Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    assert_eq!(
        (last["n"].as_u64(), last["accuracy"].as_f64(), last["macro_f1"].as_f64()),
        (Some(4), Some(1.0), Some(1.0))
    );
    assert_eq!((last["by_lang"]["en"]["n"].as_u64(), last["by_lang"]["en"]["sides"].as_u64()), (Some(3), Some(3)));
    assert_eq!((last["by_lang"]["ko"]["n"].as_u64(), last["by_lang"]["ko"]["sides"].as_u64()), (Some(1), Some(2)));
}

#[test]
fn a_line_that_cannot_be_read_is_named() {
    let good = r#"{"text":"fine","lang":"en","valence":1}"#;
    for bad in ["{}", "no json", r#"{"text":"x","lang":"en","valence":5}"#] {
        let output = evaluate(&format!("{good}\n{bad}\n"));
        assert!(!output.status.success());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("test.jsonl, line 2"), "{said}");
    }
    assert!(!evaluate("").status.success());
}
