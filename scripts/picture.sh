#!/usr/bin/env bash
# Takes docs/map.png, the picture of the README, from the page at $ROOT.
set -euo pipefail
cd "$(dirname "$0")/../web"
node scripts/look.mjs "$ROOT/?sel=base-09&theme=light&lang=en" ../docs/map.png 2>/dev/null
echo "docs/map.png is new"
