//! Palabre: a self-hosted server for chat and group calls.
