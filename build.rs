//! Builds the server again when the web app that it carries was.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // A debug build reads the web app from the disk while it runs.
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo::rerun-if-changed=web/dist");
    }
}
