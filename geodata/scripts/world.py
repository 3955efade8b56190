"""Writes world.csv: GeoNames places of 15,000 people and more, with a few useful aliases."""

import geonames
import gazetteer
import tables

COLUMNS = "geonameid,name,country,admin1,lon,lat,population,aliases".split(",")
LEAST_POPULATION = 15_000
CHINESE_ALIASES = 2
MOST_ALIASES = 3


def aliases(place):
    """Two Chinese names and Latin spellings that differ in more than accents from the name."""
    seen = {gazetteer.key(place.name)}
    found = list(place.han[:CHINESE_ALIASES])
    for name in place.latin[1:]:
        spelling = gazetteer.key(name)
        if len(found) < MOST_ALIASES and spelling not in seen and gazetteer.is_name(name) and name.isascii():
            seen.add(spelling)
            found.append(name.replace(";", ","))
    return found


def row(place):
    """One place; lon and lat in degrees."""
    return {
        "geonameid": place.id,
        "name": place.name,
        "country": place.country,
        "admin1": place.admin1,
        "lon": f"{place.lon:.4f}",
        "lat": f"{place.lat:.4f}",
        "population": place.population,
        "aliases": tables.join(aliases(place)),
    }


def main():
    large = [place for place in geonames.places() if place.population >= LEAST_POPULATION]
    tables.write("world", COLUMNS, [row(place) for place in large])


if __name__ == "__main__":
    main()
