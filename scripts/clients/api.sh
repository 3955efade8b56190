#!/usr/bin/env bash
# Holds the service at $ROOT against its own description: the document by a strict validator of
# OpenAPI 3.0, the answers by schemathesis, with requests as described and requests that are not.
# With $TOKEN changes are asked for, too. The seed is fixed and the number of requests bounded.
# Usage: ROOT=http://127.0.0.1:8080 PYTHON=python3 api.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
log=$(mktemp)
trap 'rm -f "$log"' EXIT

"$PYTHON" - "$ROOT/api" <<'PYTHON'
import json, sys, urllib.request
from openapi_spec_validator import OpenAPIV30SpecValidator

with urllib.request.urlopen(sys.argv[1]) as answer:
    kind, document = answer.headers["content-type"], json.load(answer)
if kind != "application/vnd.oai.openapi+json;version=3.0":
    sys.exit(f"FAILED: /api is {kind}")
faults = list(OpenAPIV30SpecValidator(document).iter_errors())
for fault in faults:
    print(f"FAILED: /api at {list(fault.absolute_path)}: {fault.message}")
print(f"    /api by OpenAPI 3.0: {len(document['paths'])} paths, {len(faults)} faults")
sys.exit(bool(faults))
PYTHON

arguments=(--url "$ROOT" --seed 20261126 --phases coverage,fuzzing --max-examples 10 --workers 1
  --continue-on-failure --no-color --request-timeout 30)
[ -z "${TOKEN:-}" ] || arguments+=(--header "Authorization: Bearer $TOKEN")
if timeout 600 env PYTHONPATH="$here" "$PYTHON" -m schemathesis.cli --config-file "$here/schemathesis.toml" run "$ROOT/api" "${arguments[@]}" >"$log" 2>&1; then
  sed -n 's/^  \(.*generated.*\)/    schemathesis: \1/p' "$log"
else
  cut -c1-400 "$log"
  echo "FAILED: answers are not as /api describes them"
  exit 1
fi
