"""Chooses the towns and cities that the basemap labels, and ranks them."""

import geonames
import tables

# Parts of cities that GeoNames lists beside the city itself.
PARTS_OF_CITIES = {
    "Brooklyn", "Queens", "Manhattan", "The Bronx", "Kowloon", "Hong Kong Island", "New Territories",
    "Shivaji Nagar", "Najafgarh", "Pimpri", "Kalyān", "Dombivali", "Iztapalapa", "Gustavo Adolfo Madero",
    "Pest", "Abobo", "Camayenne", "Budta", "Malingao", "Soweto", "Pikine", "Rasapūdipalem", "Navi Mumbai",
    "Khartoum North", "Sadr City", "Howrah", "Al Mawşil al Jadīdah", "Kallakurichi", "Nowrangapur",
}
CHINA = {"CN", "HK", "MO", "TW"}
RANKS = [(5_000_000, 1), (2_000_000, 2), (1_000_000, 3), (300_000, 4)]


def rank(population, seat_of_country=False, seat_of_province=False):
    """From 1, the largest, to 5; capitals are raised so that they show early."""
    by_size = next((value for least, value in RANKS if population >= least), 5)
    if seat_of_country:
        return min(by_size, 2 if population >= 500_000 else 3)
    return min(by_size, 2) if seat_of_province else by_size


def chinese_name(place, given):
    """The usual Chinese name: the one given, else the shortest known."""
    if (place.name, place.country) in given:
        return given[place.name, place.country]
    return min(place.han, key=len, default="")


def label(name_en, name_zh, place_rank, capital, country, lon, lat):
    """A label as a GeoJSON point, degrees WGS 84."""
    properties = {"name_en": name_en, "name_zh": name_zh, "rank": place_rank, "capital": capital, "country": country}
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def world_labels():
    """Capitals and cities over a million, outside China."""
    given = {(row["name"], row["country"]): row["name_zh"] for row in tables.source("world_names_zh")}
    for place in geonames.places():
        capital = place.code == "PPLC"
        large = place.population >= 1_000_000 and place.code != "PPLX" and place.name not in PARTS_OF_CITIES
        if place.country not in CHINA and (capital or large):
            name = chinese_name(place, given)
            yield label(place.name, name, rank(place.population, capital), capital, place.country, place.lon, place.lat)


def china_labels():
    """The seats of China's provinces and prefectures."""
    for place in geonames.places():
        if place.country in CHINA and place.code in ("PPLC", "PPLA", "PPLA2") and place.name not in PARTS_OF_CITIES:
            capital = place.name == "Beijing"
            level = rank(place.population, capital, place.code != "PPLA2")
            yield label(place.name, min(place.han, key=len, default=""), level, capital, place.country, place.lon, place.lat)


def labels():
    """All labels, the most important first."""
    found = [*world_labels(), *china_labels()]
    return sorted(found, key=lambda f: (f["properties"]["rank"], f["properties"]["name_en"], f["geometry"]["coordinates"]))
