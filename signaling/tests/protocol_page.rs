//! Ties `docs/protocol.md` to the wire: every name that a client can meet stands on the page.

use std::fs;
use std::path::Path;

#[test]
fn every_name_on_the_wire_stands_on_the_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let types = fs::read_to_string(root.join("web/src/core/protocol.ts")).unwrap();
    let page = fs::read_to_string(root.join("docs/protocol.md")).unwrap();

    let missing: Vec<&str> = ["Request", "Reply", "Event", "FailureCode"]
        .into_iter()
        .flat_map(|name| names(declaration(&types, name)))
        .filter(|name| !page.contains(&format!("`{name}`")))
        .collect();

    assert!(missing.is_empty(), "docs/protocol.md does not tell of {missing:?}");
}

/// The text of `export type <name> = …;`.
fn declaration<'a>(types: &'a str, name: &str) -> &'a str {
    let start = format!("export type {name} =");
    let at = types.find(&start).unwrap_or_else(|| panic!("protocol.ts has no {name}"));
    let rest = &types[at + start.len()..];
    let end = rest.find("export type").unwrap_or(rest.len());
    &rest[..end]
}

/// The tags of a union of objects, or the members of a union of strings.
fn names(declaration: &str) -> Vec<&str> {
    let tagged: Vec<&str> = declaration
        .split("\"type\": \"")
        .skip(1)
        .map(|rest| rest.split('"').next().expect("split yields one"))
        .collect();
    if tagged.is_empty() { declaration.split('"').skip(1).step_by(2).collect() } else { tagged }
}
