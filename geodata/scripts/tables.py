"""Reads and writes the CSV files: UTF-8, LF, a header, quotes only where needed."""

import csv
from pathlib import Path

GEODATA = Path(__file__).resolve().parent.parent
SOURCES = GEODATA / "sources"
WORK = GEODATA / ".work"


def read(path):
    """Lists the rows of a CSV file as dictionaries, values stripped."""
    with open(path, encoding="utf-8", newline="") as file:
        return [{key: value.strip() for key, value in row.items()} for row in csv.DictReader(file)]


def source(name):
    """Reads one of the project's own source files."""
    return read(SOURCES / f"{name}.csv")


def output(name):
    """Reads a file that an earlier step has written."""
    return read(GEODATA / f"{name}.csv")


def write(name, columns, rows):
    """Writes rows in the order given and says how many there were."""
    with open(GEODATA / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="raise")
        writer.writeheader()
        writer.writerows(rows)
    print(f"  {name}.csv: {len(rows)} rows")


def unique(values):
    """Drops empty values and repeats, keeping the first of each."""
    return list(dict.fromkeys(value for value in values if value))


def split(text):
    """Splits a field on semicolons into its values."""
    return unique(part.strip() for part in text.split(";"))


def join(values):
    """Joins values by a semicolon, without repeats."""
    return ";".join(unique(values))
