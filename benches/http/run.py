#!/usr/bin/env python3
"""Measures the HTTP service beside a static file server and tipg: requests per processor-second.

Usage: run.py BINARY [--points 1000000] [--seconds 5] [--without-tipg]

All servers answer on this machine in the same run, one after the other. What counts is the time that a
server's processes spend on processors (user and system, from /proc), not the clock: other work on the
machine changes it little. Ratios to nginx, which sends the very same bytes from files, depend on the
machine little, too. Needs wrk and nginx (Debian's); tipg, in a virtual environment of its own, is measured
where $JIDI_TEST_POSTGRES leads to a PostGIS: run `scripts/with-postgis.sh benches/http/run.py BINARY`.
"""

import argparse
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEED = 20261126
BOXES = 500
NEW = 100_000
CONNECTIONS = 16
INDUSTRIES = ["Software", "Biomedicine", "New materials", "Photovoltaics", "Machine tools", "Textiles"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary")
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--without-tipg", action="store_true")
    return parser.parse_args()


def make_points(path, count):
    """Three of four points lie around 300 towns, as firms do; the rest anywhere in the box of China."""
    draw = random.Random(SEED)
    towns = [(draw.uniform(75, 133), draw.uniform(19, 52)) for _ in range(300)]
    with open(path, "w") as out:
        for number in range(count):
            if number % 4:
                lon, lat = draw.choice(towns)
                lon, lat = lon + draw.gauss(0, 0.2), lat + draw.gauss(0, 0.2)
            else:
                lon, lat = draw.uniform(74, 134), draw.uniform(18.2, 53.5)
            properties = {
                "name": f"Firm {number}", "industry": draw.choice(INDUSTRIES),
                "employees": draw.randrange(1, 5000), "turnover": round(draw.lognormvariate(3, 1), 2),
                "year": draw.randrange(1980, 2025),
            }
            feature = {"type": "Feature", "id": f"f{number}", "properties": properties,
                       "geometry": {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}}
            out.write(json.dumps(feature, separators=(",", ":")) + "\n")


def boxes(count=BOXES):
    """Boxes of 0.2° around towns, some hundred points in each, no two the same."""
    draw = random.Random(SEED)
    towns = [(draw.uniform(75, 133), draw.uniform(19, 52)) for _ in range(300)]
    places = [draw.choice(towns) for _ in range(count)]
    places = [(lon + draw.uniform(-0.05, 0.05), lat + draw.uniform(-0.05, 0.05)) for lon, lat in places]
    return [f"{lon - 0.1:.4f},{lat - 0.1:.4f},{lon + 0.1:.4f},{lat + 0.1:.4f}" for lon, lat in places]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def descendants(pid):
    found = [pid]
    for one in found:
        children = pathlib.Path(f"/proc/{one}/task/{one}/children")
        if children.exists():
            found += map(int, children.read_text().split())
    return found


def processor_seconds(pid):
    """User and system time of a process and its children that live, and of those that have ended."""
    ticks = 0
    for one in descendants(pid):
        fields = pathlib.Path(f"/proc/{one}/stat").read_text().rsplit(") ", 1)[1].split()
        ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def get(address):
    request = urllib.request.Request(address)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read(), answer.headers


def wait_for(address):
    for _ in range(600):
        try:
            return get(address)
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{address} does not answer")


def load(root, paths, seconds, pids):
    """Asks for the paths in turn; gives requests, refusals, and processor-seconds of each process."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua", delete=False) as script:
        listed = ",\n".join(json.dumps(path) for path in paths)
        script.write(f"local paths = {{\n{listed}\n}}\nlocal n = 0\n"
                     "request = function()\n  n = n + 1\n"
                     "  return wrk.format(nil, paths[(n - 1) % #paths + 1])\nend\n")
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", "-s", script.name]
    subprocess.run([*command, "-d1s", root], check=True, capture_output=True)
    before = [processor_seconds(pid) for pid in pids]
    said = subprocess.run([*command, f"-d{seconds}s", root], check=True, capture_output=True, text=True).stdout
    spent = [processor_seconds(pid) - was for pid, was in zip(pids, before)]
    os.unlink(script.name)
    count = int(re.search(r"(\d+) requests in", said)[1])
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    if refused or count == 0:
        sys.exit(f"FAILED: {root}{paths[0]}: {said}")
    return count, spent


class Servers:
    """The processes that were started here, ended by their ids."""

    def __init__(self):
        self.running = []

    def start(self, command, **more):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
        self.running.append(process)
        return process.pid

    def end(self):
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        for process in self.running:
            process.wait(timeout=20)


def start_nginx(servers, folder, port):
    """One worker that sends files as they are, with the media types of Jidi and no log."""
    (folder / "nginx.conf").write_text(f"""
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=2000;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  default_type application/geo+json;
  server {{ listen 127.0.0.1:{port}; root {folder}/static; }}
}}
""")
    user = ["-g", "user root;"] if os.getuid() == 0 else []
    return servers.start(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), *user])


def start_tipg(servers, folder, points, port):
    """tipg over the same points in PostGIS, where that can be had."""
    database = os.environ.get("JIDI_TEST_POSTGRES")
    if not database:
        print("tipg: skipped, for $JIDI_TEST_POSTGRES is not set (scripts/with-postgis.sh sets it)")
        return None
    venv = ROOT / "target/tipg-venv"
    python = venv / "bin/python"
    if subprocess.run([python, "-c", "import tipg, uvicorn"], capture_output=True).returncode if python.exists() else True:
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        if subprocess.run([python, "-m", "pip", "install", "-q", "tipg==1.*", "uvicorn[standard]"]).returncode:
            print("tipg: skipped, for it could not be installed")
            return None
    table = folder / "points.tsv"
    with open(points) as lines, open(table, "w") as out:
        for line in lines:
            one = json.loads(line)
            lon, lat = one["geometry"]["coordinates"]
            out.write("\t".join(map(str, [one["id"], *one["properties"].values(), f"SRID=4326;POINT({lon} {lat})"])) + "\n")
    load_sql = f"""
CREATE EXTENSION IF NOT EXISTS postgis;
DROP TABLE IF EXISTS points;
CREATE TABLE points (id text PRIMARY KEY, name text, industry text, employees int, turnover float8, year int,
  geom geometry(Point, 4326));
\\copy points FROM '{table}'
CREATE INDEX ON points USING gist (geom);
ANALYZE points;
"""
    subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", database], input=load_sql, text=True, check=True,
                   stdout=subprocess.DEVNULL)
    address = database.replace("postgres://", "postgresql://")
    environment = {**os.environ, "DATABASE_URL": address, "TIPG_DB_SCHEMAS": '["public"]', "TIPG_CATALOG_TTL": "3600"}
    pid = servers.start([python, "-m", "uvicorn", "tipg.main:app", "--port", str(port), "--no-access-log"],
                        env=environment, cwd=folder)
    wait_for(f"http://127.0.0.1:{port}/collections/public.points/items?limit=1")
    return pid


def postmaster():
    """The process of the database that listens on the port of $JIDI_TEST_POSTGRES."""
    port = os.environ["JIDI_TEST_POSTGRES"].rsplit(":", 1)[1].split("/")[0]
    for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"postgres" in words[0] and b"-p" in words and port.encode() in words:
            return int(entry.parent.name)
    sys.exit("the process of the database is not found on this machine")


def save(folder, root, name, paths):
    """Files with the very bytes that the service sends; gives their paths and their mean length."""
    (folder / "static" / name).mkdir(parents=True)
    total = 0
    for number, path in enumerate(paths):
        body, headers = get(root + path)
        total += len(body)
        (folder / "static" / name / str(number)).write_bytes(body)
    return [f"/{name}/{number}" for number in range(len(paths))], total / len(paths)


def tiles(root, collection):
    """The paths of tiles over towns at the zooms of a map."""
    import math

    def tile(lon, lat, z):
        col = int((lon + 180) / 360 * 2**z)
        row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)
        return f"/collections/{collection}/tiles/WebMercatorQuad/{z}/{row}/{col}"

    draw = random.Random(SEED)
    towns = [(draw.uniform(75, 133), draw.uniform(19, 52)) for _ in range(20)]
    return [tile(lon, lat, z) for lon, lat in towns for z in (8, 9, 10, 11, 12)]


def main():
    asked = arguments()
    for program in ["wrk", "nginx"]:
        if not shutil.which(program):
            sys.exit(f"SKIPPED: {program} is not installed (apt-get install wrk nginx-light)")
    folder = pathlib.Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    servers = Servers()
    try:
        measure(asked, folder, servers)
    finally:
        servers.end()
        shutil.rmtree(folder)


def measure(asked, folder, servers):
    points = folder / "points.geojsonl"
    make_points(points, asked.points)
    store = folder / "store.gpkg"
    began = time.monotonic()
    subprocess.run([asked.binary, "import", points, "--collection", "points", "--store", store], check=True,
                   capture_output=True)
    print(f"import of {asked.points} points as GeoJSONSeq: {time.monotonic() - began:.1f} s")
    port, static_port, tipg_port = free_port(), free_port(), free_port()
    jidi = servers.start([asked.binary, "serve", "--store", store, "--listen", f"127.0.0.1:{port}", "--config", "none"])
    root = f"http://127.0.0.1:{port}"
    wait_for(f"{root}/collections/points/items?limit=1")
    resident = re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{jidi}/status").read_text())[1]
    print(f"memory of the whole service once it answers: {int(resident) / 1024:.0f} MiB")
    nginx = start_nginx(servers, folder, static_port)
    static = f"http://127.0.0.1:{static_port}"

    def of_boxes(some):
        return [f"/collections/points/items?bbox={box}&limit=100" for box in some]

    kinds = {
        # Many more answers than are remembered, asked for in turn: each is made anew.
        "items?bbox&limit=100, each box new": of_boxes(boxes(NEW)),
        "items?bbox&limit=100, asked again": of_boxes(boxes()),
        "one item, each new": [f"/collections/points/items/f{number * 97 % asked.points}" for number in range(NEW)],
        "one item, asked again": [f"/collections/points/items/f{number * 997 % asked.points}" for number in range(BOXES)],
        "a tile, asked again": tiles(root, "points"),
    }
    rows = []
    for number, (kind, paths) in enumerate(kinds.items()):
        copies, length = save(folder, root, f"k{number}", paths[:BOXES])
        wait_for(static + copies[0])
        count, [spent] = load(root, paths, asked.seconds, [jidi])
        static_count, [static_spent] = load(static, copies, asked.seconds, [nginx])
        rows.append((kind, length, count / spent, static_count / static_spent))
    print("\nrequests per processor-second\n\n| request | bytes | Jidi | nginx, the same bytes | ratio |\n|---|---|---|---|---|")
    for kind, length, ours, theirs in rows:
        print(f"| `{kind}` | {length:.0f} | {ours:.0f} | {theirs:.0f} | {ours / theirs:.2f} |", flush=True)
    if asked.without_tipg:
        return
    tipg = start_tipg(servers, folder, points, tipg_port)
    if tipg is None:
        return
    paths = [f"/collections/public.points/items?bbox={box}&limit=100" for box in boxes()]
    count, [own, database] = load(f"http://127.0.0.1:{tipg_port}", paths, max(asked.seconds, 10), [tipg, postmaster()])
    ours = rows[0][2]
    print(f"\ntipg, such boxes, beside Jidi with each box new: {count / own:.1f} by its own processor time (Jidi {ours * own / count:.0f} times that), "
          f"{count / (own + database):.1f} with that of PostGIS (Jidi {ours * (own + database) / count:.0f} times that)")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main()
