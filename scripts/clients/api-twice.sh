#!/usr/bin/env bash
# Holds a service that only reads against its own description, then one that takes changes.
# Usage: PYTHON=python3 api-twice.sh BINARY
set -euo pipefail
binary=$1
here=$(cd "$(dirname "$0")" && pwd)
store=$(mktemp -d)
trap 'rm -rf "$store"' EXIT

"$here/../with-service.sh" "$binary" "$here/api.sh"
"$binary" import geodata/bases.csv --collection again --geocode --store "$store/store.gpkg" 2>/dev/null
TOKEN=$("$binary" token create --name schemathesis --scope admin --store "$store/store.gpkg" 2>/dev/null)
export TOKEN JIDI_STORE=$store/store.gpkg JIDI_WRITABLE=true
"$here/../with-service.sh" "$binary" "$here/api.sh"
