//! The toolkit binary.

fn main() {}
