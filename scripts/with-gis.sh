#!/usr/bin/env bash
# Runs a command that needs the programs of GIS people: GDAL, QGIS and R from Debian, and the Python
# packages of scripts/clients/requirements.txt in an environment of their own, whose Python is $PYTHON.
# Installs what is missing where that is allowed, and otherwise says why the command is skipped.
# Usage: with-gis.sh COMMAND...
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
venv=$(cd "$here/.." && pwd)/target/gis-venv

missing=()
command -v ogr2ogr >/dev/null || missing+=(gdal-bin)
/usr/bin/python3 -c 'import qgis.core' 2>/dev/null || missing+=(python3-qgis)
Rscript -e 'library(sf)' >/dev/null 2>&1 || missing+=(r-cran-sf)
/usr/bin/python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
if [ ${#missing[@]} -gt 0 ]; then
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "SKIPPED: GIS clients need ${missing[*]} (Debian), and installing them needs root and apt-get."
    exit 0
  fi
  echo "==> Installing ${missing[*]} (some minutes)"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null
fi

# Made anew when the list of packages is another.
PYTHON=$venv/bin/python
if ! cmp -s "$here/clients/requirements.txt" "$venv/requirements.txt"; then
  echo "==> Installing the Python packages of scripts/clients/requirements.txt (about a minute)"
  rm -rf "$venv"
  /usr/bin/python3 -m venv "$venv"
  "$PYTHON" -m pip install -q --disable-pip-version-check -r "$here/clients/requirements.txt"
  cp "$here/clients/requirements.txt" "$venv/"
fi
export PYTHON
"$@"
