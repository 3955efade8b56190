"""Writes SHA256SUMS of every file that the scripts make, and the table of files in the README."""

import hashlib
import re

import tables

START, END = "<!-- files: written by scripts/checksums.py -->", "<!-- end of files -->"


def outputs():
    """The data files of the folder, by name."""
    return sorted(path for path in tables.GEODATA.iterdir() if path.suffix in (".csv", ".topojson"))


def size(path):
    """Rows of a CSV file and its size in kB (1,000 bytes)."""
    kilobytes = f"{path.stat().st_size / 1000:,.0f} kB"
    return f"{len(tables.read(path)):,} rows, {kilobytes}" if path.suffix == ".csv" else kilobytes


def table(sums):
    """The Markdown table of files."""
    lines = ["| file | size | SHA-256 (start) |", "| --- | --- | --- |"]
    return lines + [f"| `{path.name}` | {size(path)} | `{digest[:16]}` |" for path, digest in sums.items()]


def main():
    sums = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in outputs()}
    text = "".join(f"{digest}  {path.name}\n" for path, digest in sums.items())
    (tables.GEODATA / "SHA256SUMS").write_text(text, encoding="utf-8")
    readme = tables.GEODATA / "README.md"
    body = "\n".join([START, "", *table(sums), "", END])
    old = readme.read_text(encoding="utf-8")
    new = re.sub(re.escape(START) + ".*?" + re.escape(END), lambda _: body, old, flags=re.S)
    readme.write_text(new, encoding="utf-8")
    print(f"  SHA256SUMS: {len(sums)} files")


if __name__ == "__main__":
    main()
