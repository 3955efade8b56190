#!/usr/bin/env bash
# Makes the reading anew in a folder of its own and compares it with docs/, byte by byte.
# Usage: check.sh BINARY
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
scripts/reading/make.mjs "$1" "$folder"
diff -u docs/reading.md "$folder/reading.md" && diff -rq docs/reading "$folder/reading" ||
  { echo "docs/reading.md is not what the program answers: run make reading, and read it" >&2; exit 1; }
