//! Makes sure the folder of the built interface exists, so that the binary can be built without npm.
fn main() {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").expect("run by cargo");
    let folder = std::path::Path::new(&here).join("../../web/build");
    if let Err(error) = std::fs::create_dir_all(&folder) {
        println!("cargo:warning=web/build cannot be made ({error})");
    }
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={}", folder.display());
}
