#!/usr/bin/env bash
# Runs a command beside PostgreSQL servers of its own with PostGIS, on free ports of this machine:
#   $JIDI_TEST_POSTGRES           the server, which encrypts for who asks for it
#   $JIDI_TEST_POSTGRES_ROOT      the certificate that its own is signed by
#   $JIDI_TEST_POSTGRES_REPLICA   a replica that streams from it
#   $JIDI_TEST_POSTGRES_VICTIM    another server, to be crashed
#   $JIDI_TEST_POSTGRES_CRASH     crashes that one and starts it again: with `kill` or `immediate`
# Where $JIDI_TEST_POSTGRES is set already, that one is used, and what needs the others is skipped.
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
end() {
  local pid
  for pid in "$folder"/*/postmaster.pid; do
    [ ! -e "$pid" ] || "${user[@]}" "$bin/pg_ctl" stop -D "$(dirname "$pid")" -m immediate >/dev/null 2>&1 || true
  done
  rm -rf "$folder"
}
trap end EXIT
cd "$folder"
"${user[@]}" "$bin/initdb" --no-sync --pgdata=data --username=jidi --pwfile=password --auth=scram-sha-256 \
  --encoding=UTF8 --locale=C.UTF-8 >initdb.log 2>&1 || { cat initdb.log; exit 1; }
export PGPASSWORD=test-only

# A certificate for localhost, signed by an authority of its own.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout authority.key -out root.crt \
  -subj "/CN=jidi test authority" >openssl.log 2>&1
openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj "/CN=localhost" >>openssl.log 2>&1
printf 'subjectAltName=DNS:localhost\n' >extensions
openssl x509 -req -in server.csr -CA root.crt -CAkey authority.key -CAcreateserial -days 2 \
  -extfile extensions -out server.crt >>openssl.log 2>&1
cp server.key server.crt data/
chmod 600 data/server.key
if [ "$(id -u)" = 0 ]; then chown nobody:nogroup data/server.key data/server.crt; fi

# Starts the server of a folder on a free port, and says which; another program may take one first.
start() {
  local port
  for _ in $(seq 5); do
    port=$((20000 + RANDOM % 10000))
    if "${user[@]}" "$bin/pg_ctl" start -D "$1" -w -t 30 -l "$1.log" -s -o "-p $port" >/dev/null 2>&1; then
      echo "$port"
      return
    fi
  done
  cat "$1.log" >&2
  return 1
}
cat >>data/postgresql.conf <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
ssl = on
CONF
port=$(start data)
# New databases are copies of template1, so each has PostGIS from the start.
"$bin/psql" -q -h 127.0.0.1 -p "$port" -U jidi template1 -c "CREATE EXTENSION postgis" >psql.log 2>&1 ||
  { cat psql.log; exit 1; }
copy() {
  "${user[@]}" env PGPASSWORD=$PGPASSWORD "$bin/pg_basebackup" --no-sync -c fast -h 127.0.0.1 -p "$port" -U jidi "$@"
}
copy -D replica -R
copy -D victim
replica_port=$(start replica)
victim_port=$(start victim)

# A killed server leaves its children behind for a moment, and starts only when they are gone.
cat >crash <<CRASH
#!/usr/bin/env bash
set -eu
cd "$folder"
if [ "\$1" = kill ]; then
  kill -KILL "\$(head -1 victim/postmaster.pid)"
else
  ${user[*]:-} "$bin/pg_ctl" stop -D victim -m immediate -s
fi
sleep "\${2:-0}"
for _ in \$(seq 100); do
  if ${user[*]:-} "$bin/pg_ctl" start -D victim -w -t 30 -l victim.log -s -o "-p $victim_port" >/dev/null 2>&1; then exit 0; fi
  sleep 0.1
done
tail -20 victim.log >&2
exit 1
CRASH
chmod +x crash
address() { echo "postgres://jidi:$PGPASSWORD@127.0.0.1:$1/postgres"; }
JIDI_TEST_POSTGRES=$(address "$port")
JIDI_TEST_POSTGRES_REPLICA=$(address "$replica_port")
JIDI_TEST_POSTGRES_VICTIM=$(address "$victim_port")
export JIDI_TEST_POSTGRES JIDI_TEST_POSTGRES_REPLICA JIDI_TEST_POSTGRES_VICTIM
export JIDI_TEST_POSTGRES_ROOT=$folder/root.crt JIDI_TEST_POSTGRES_CRASH=$folder/crash
unset PGPASSWORD
cd "$OLDPWD"
"$@"
