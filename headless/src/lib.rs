//! A member without a browser, for tests and examples.
