//! Ties `web/src/core/protocol.ts` to the Rust types of the wire: it is generated from them here.
//!
//! `UPDATE=1 cargo test -p palabre-signaling --test protocol` writes the file anew.

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

use ts_rs::{Config, TS, TypeVisitor};

use palabre_signaling::wire;

#[test]
fn the_types_of_the_web_app_are_those_of_the_wire() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/src/core/protocol.ts");
    let wanted = protocol();
    if env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().expect("the path has a folder")).unwrap();
        fs::write(&path, &wanted).unwrap();
    }

    let found = fs::read_to_string(&path).unwrap_or_default();

    assert!(found == wanted, "protocol.ts is stale: run this test with UPDATE=1");
}

/// The whole of `protocol.ts`, types in the order of their names.
fn protocol() -> String {
    let mut types = Types { config: Config::new(), declarations: BTreeMap::new() };
    types.visit::<wire::ClientFrame>();
    types.visit::<wire::ServerFrame>();
    types.visit::<wire::SignIn>();
    types.visit::<wire::SignedIn>();
    types.visit::<wire::Accounts>();
    types.visit::<wire::NewPassword>();
    types.visit::<wire::DeleteAccount>();
    types.visit::<wire::SignIns>();
    types.visit::<wire::Setup>();
    types.visit::<wire::SetUp>();
    types.visit::<wire::NewAccount>();
    types.visit::<wire::Invited>();
    types.visit::<wire::GuestDoor>();
    types.visit::<wire::NewGuest>();
    types.visit::<wire::PushMessage>();

    let mut text = format!(
        "// Generated from signaling/src/wire by signaling/tests/protocol.rs; do not edit.\n\n\
         /** Version of the protocol that `hello` names. */\n\
         export const PROTOCOL_VERSION = {};\n\n\
         /** Largest frame a device may send, in bytes. */\n\
         export const MAX_FRAME_BYTES = {};\n",
        wire::PROTOCOL_VERSION,
        wire::MAX_FRAME_BYTES,
    );
    for declaration in types.declarations.values() {
        text.push('\n');
        text.push_str(declaration);
    }
    // ts-rs leaves blanks at the ends of lines, which linters and reviewers stumble over.
    text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

/// Collects the declaration of each type it meets and of all that these are made of.
struct Types {
    config: Config,
    declarations: BTreeMap<String, String>,
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if T::output_path().is_none() {
            return;
        }
        let name = T::ident(&self.config);
        if self.declarations.contains_key(&name) {
            return;
        }
        let docs = T::docs().unwrap_or_default();
        let declaration = T::decl(&self.config);
        self.declarations.insert(name, format!("{docs}export {declaration}\n"));
        T::visit_dependencies(self);
    }
}
