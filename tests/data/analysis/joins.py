"""Records what PySAL answers of local join counts in units.csv; run: python joins.py

esda 2.9.0, libpysal 4.14.1, numpy 2.4.6. Writes joins.csv: the count at each place whose value is above 3, among
all within 400 km, and the smaller tail of 999,999 conditional permutations, as esda tells it; the other places and
those without a join have none.
"""
import csv
import warnings

import numpy as np
from esda import Join_Counts_Local
from libpysal.weights import W

warnings.filterwarnings("ignore")
with open("units.csv") as file:
    lon, lat, y = np.array([[float(row[name]) for name in ("lon", "lat", "y")] for row in csv.DictReader(file)]).T
lon, lat = np.radians(lon), np.radians(lat)
half = np.sin((lat[:, None] - lat) / 2) ** 2 + np.outer(np.cos(lat), np.cos(lat)) * np.sin((lon[:, None] - lon) / 2) ** 2
km = 2 * 6371.0088 * np.arcsin(np.sqrt(half))
near = {unit: [int(other) for other in np.flatnonzero(km[unit] <= 400) if other != unit] for unit in range(len(y))}
found = Join_Counts_Local(connectivity=W(near), seed=2020).fit((y > 3).astype(int), permutations=999_999)
with open("joins.csv", "w", newline="") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow(["joins", "p_sim"])
    out.writerows(zip(found.LJC.astype(int), found.p_sim))
