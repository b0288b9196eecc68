//! Rebuilds the program when a file is added to the folders it carries inside.

fn main() {
    println!("cargo::rerun-if-changed=templates");
    println!("cargo::rerun-if-changed=programmes");
}
