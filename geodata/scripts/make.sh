#!/bin/sh
# Makes every file of geodata/ from geodata/sources/ and packages of fixed versions.
# Needs Python 3.11 or newer and Node 20 or newer; works in geodata/.work/.
set -eu

scripts=$(cd "$(dirname "$0")" && pwd)
work=$scripts/../.work
steps="bases industries notices gazetteer townships zones world countries basemap boundaries check checksums"

echo "[1/13] install packages"
mkdir -p "$work/node"
[ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$scripts/requirements.txt"
cp "$scripts/package.json" "$scripts/package-lock.json" "$scripts/.npmrc" "$work/node/"
(cd "$work/node" && npm install --silent --no-audit --no-fund --ignore-scripts --omit=optional)


number=1
for step in $steps; do
  number=$((number + 1))
  echo "[$number/13] $step"
  PYTHONDONTWRITEBYTECODE=1 "$work/venv/bin/python" "$scripts/$step.py"
done
