"""Records what PROJ makes of positions in every system that is offered.

pip install pyproj==3.7.2 (PROJ 9.5.1); python recipe.py > positions.csv
Columns: the code, longitude and latitude, and the two numbers in the order of the register.
"""

import csv
import sys

import pyproj

CODES = [4326, 4490, 3857, *range(4491, 4555), *range(32643, 32654)]
# Kashgar, Ngari, Lanzhou, Suining, Changshu, Fuyuan, the Zengmu shoal, a place to the last digit,
# and the equator.
PLACES = [
    (75.989741, 39.470400),
    (80.105498, 32.501111),
    (103.834303, 36.061089),
    (105.571200, 30.513300),
    (120.752503, 31.653686),
    (134.300000, 48.350000),
    (112.283333, 3.966667),
    (90.123456789, 44.987654321),
    (117.0, 0.0),
]

out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(["code", "lon", "lat", "first", "second"])
for code in CODES:
    base = 4490 if 4490 <= code <= 4554 else 4326
    there = pyproj.Transformer.from_crs(base, code)
    for lon, lat in PLACES:
        first, second = there.transform(lat, lon)
        out.writerow([code, lon, lat, repr(first), repr(second)])
