#!/bin/sh
# Makes train.csv and test.csv again. Needs Python 3.11 or newer and Node 20 or newer; works in geodata/.work/eval/.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$here/../.work/eval
mkdir -p "$work"
[ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt"
cp "$here/package.json" "$here/package-lock.json" "$work/"
(cd "$work" && npm ci --silent --no-audit --no-fund --ignore-scripts)
export PYTHONDONTWRITEBYTECODE=1
"$work/venv/bin/python" "$here/build.py" "$work/node_modules"
"$work/venv/bin/python" "$here/check.py"
