"""Chooses the towns and cities that the basemap labels, and ranks them."""

import geonames
import names
import seats
import tables
import tianditu

# Parts of cities that GeoNames lists beside the city itself.
PARTS_OF_CITIES = {
    "Brooklyn", "Queens", "Manhattan", "The Bronx", "Kowloon", "Hong Kong Island", "New Territories",
    "Shivaji Nagar", "Najafgarh", "Pimpri", "Kalyān", "Dombivali", "Iztapalapa", "Gustavo Adolfo Madero",
    "Pest", "Abobo", "Camayenne", "Budta", "Malingao", "Soweto", "Pikine", "Rasapūdipalem", "Navi Mumbai",
    "Khartoum North", "Sadr City", "Howrah", "Al Mawşil al Jadīdah", "Kallakurichi", "Nowrangapur",
}
# Forests and pastures that rank as prefectures, and a prefecture whose seat lies outside it.
NO_CITY = {"6297", "6298", "6299", "2327"}
# Cities to which GeoNames gives the population of a far larger region.
OVERSTATED = {"吴忠市", "巴中市", "庆阳市", "云浮市"}
TAIPEI = "710009"
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
        if place.country not in seats.CHINA and (capital or large):
            name = chinese_name(place, given)
            yield label(place.name, name, rank(place.population, capital), capital, place.country, place.lon, place.lat)


def seat_label(unit, seat, population, seat_of_province):
    """The label of a Chinese city; the country is CN for all of them."""
    capital = unit.adcode == "110000"
    level = 4 if unit.name in OVERSTATED else rank(population, capital, seat_of_province)
    county = unit.name.endswith(("县", "林区"))
    name = names.joined(names.syllables(names.parts(unit.name)[0])) if county else names.english_name(unit)
    return label(name, names.short(unit.name), level, capital, "CN", seat.lon, seat.lat)


def population_near(seat, cities):
    """The largest population that GeoNames gives within a tenth of a degree of a seat."""
    near = (p.population for p in cities if abs(p.lon - seat.lon) < 0.1 and abs(p.lat - seat.lat) < 0.1)
    return max(near, default=0)


def seat_units():
    """The units whose seats are labelled: prefectures, their seat counties if given, and Taiwan's cities."""
    given = {row["prefecture"]: row["county"] for row in tables.source("prefecture_seats")}
    for unit in tianditu.units("prefecture"):
        if unit.adcode[:4] in NO_CITY or unit.adcode == "710000":
            continue
        yield ("county", given[unit.adcode]) if unit.adcode in given else ("prefecture", unit.adcode)
    for unit in tianditu.units("county"):
        if unit.adcode[:2] == "71" and unit.name.endswith("市"):
            yield "county", unit.adcode


def china_labels():
    """The seats of China's provinces and prefectures."""
    counties = seats.county_seats()
    found = {"county": counties, "prefecture": seats.prefecture_seats(counties)}
    cities = [place for place in geonames.places() if place.country in seats.CHINA and place.population]
    units = {level: {unit.adcode: unit for unit in tianditu.units(level)} for level in found}
    for level, code in seat_units():
        seat = found[level][code]
        population = population_near(seat, cities)
        first_in_province = code.endswith("0000") or code.endswith("0100") or code == TAIPEI
        yield seat_label(units[level][code], seat, population, first_in_province)


def labels():
    """All labels, the most important first."""
    found = [*world_labels(), *china_labels()]
    return sorted(found, key=lambda f: (f["properties"]["rank"], f["properties"]["name_en"], f["geometry"]["coordinates"]))
