#!/usr/bin/env bash
# Checks the licences and sources of every dependency against deny.toml.
set -euo pipefail
if ! cargo deny --version >/dev/null 2>&1; then
  echo "==> Installing cargo-deny (some minutes)"
  cargo install --locked --quiet cargo-deny
fi
cargo deny --log-level error check licenses bans sources
