#!/usr/bin/env bash
# Runs a command beside a PostgreSQL of its own with PostGIS, on a free port of this machine; the
# command finds it in $JIDI_TEST_POSTGRES. Where $JIDI_TEST_POSTGRES is set already, that one is used.
# Installs Debian's packages where they are missing and that is allowed.
# Usage: with-postgis.sh COMMAND...
set -euo pipefail
[ -z "${JIDI_TEST_POSTGRES:-}" ] || exec "$@"

# The directory of the newest server that has PostGIS; `postgres` in the PATH may be something else.
find_server() {
  local control
  for control in $(ls -rv /usr/share/postgresql/*/extension/postgis.control 2>/dev/null); do
    local bin=/usr/lib/postgresql/$(basename "$(dirname "$(dirname "$control")")")/bin
    if [ -x "$bin/initdb" ]; then echo "$bin"; return; fi
  done
}

bin=$(find_server)
if [ -z "$bin" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "==> Installing PostgreSQL and PostGIS (about a minute)"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql postgresql-postgis; } >/dev/null || true
  bin=$(find_server)
fi
if [ -z "$bin" ]; then
  echo "SKIPPED: these tests need PostGIS (Debian's postgresql-postgis), and installing it needs root and apt-get."
  exit 0
fi

# The server refuses to run as root.
user=()
if [ "$(id -u)" = 0 ]; then user=(setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME=/tmp); fi
folder=$(mktemp -d)
printf 'test-only' >"$folder/password"
if [ "$(id -u)" = 0 ]; then chown -R nobody:nogroup "$folder"; fi
server=
end() {
  [ -z "$server" ] || { kill -INT "$server" 2>/dev/null; wait "$server" 2>/dev/null; } || true
  rm -rf "$folder"
}
trap end EXIT
cd "$folder"
"${user[@]}" "$bin/initdb" --no-sync --pgdata=data --username=jidi --pwfile=password --auth=scram-sha-256 \
  --encoding=UTF8 --locale=C.UTF-8 >initdb.log 2>&1 || { cat initdb.log; exit 1; }
for _ in $(seq 5); do # another program may take the port first
  port=$((20000 + RANDOM % 10000))
  "${user[@]}" "$bin/postgres" -D data -p "$port" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c fsync=on -c synchronous_commit=on >server.log 2>&1 &
  server=$!
  export JIDI_TEST_POSTGRES=postgres://jidi:test-only@127.0.0.1:$port/postgres
  for _ in $(seq 100); do
    if ! kill -0 $server 2>/dev/null; then break; fi
    if "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"; then break 2; fi
    sleep 0.1
  done
done
kill -0 $server 2>/dev/null || { cat server.log; exit 1; }
# New databases are copies of template1, so each has PostGIS from the start.
PGPASSWORD=test-only "$bin/psql" -q -h 127.0.0.1 -p "$port" -U jidi template1 \
  -c "CREATE EXTENSION postgis" >psql.log 2>&1 || { cat psql.log; exit 1; }
cd "$OLDPWD"
"$@"
