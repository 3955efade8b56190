"""Records what scikit-learn and PySAL answer; run: python recipe.py

scikit-learn 1.9.1, esda 2.9.0, libpysal 4.14.1, scipy 1.17.1, numpy 2.4.6. Writes points.csv (600 places without
duplicates around six towns, one of them on the antimeridian) and units.csv (80 places with a value).
"""
import csv
import warnings

import numpy as np
from esda import G, G_Local, Geary, Moran, Moran_Local
from libpysal.weights import W
from sklearn.cluster import DBSCAN, HDBSCAN, OPTICS
from sklearn.metrics import silhouette_samples
from sklearn.neighbors import BallTree

warnings.filterwarnings("ignore")
R = 6371.0088
random = np.random.default_rng(2020)


def write(name, columns):
    with open(name, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(columns)
        out.writerows(zip(*columns.values()))


towns = np.array([[116.4, 39.9], [121.5, 31.2], [113.3, 23.1], [179.9, 10.0], [104.1, 30.7], [87.6, 43.8]])
lonlat = towns[random.integers(0, 6, 480)] + random.normal(0, 0.25, (480, 2)) * random.choice([0.3, 1.0], (480, 1))
lonlat = np.vstack([lonlat, np.column_stack([random.uniform(80, 125, 120), random.uniform(22, 45, 120)])])
lonlat[:, 0] = (lonlat[:, 0] + 180) % 360 - 180
lonlat = np.unique(np.round(lonlat, 5), axis=0)
random.shuffle(lonlat)
radians = np.radians(lonlat[:, ::-1])
dbscan = DBSCAN(eps=12 / R, min_samples=5, metric="haversine", algorithm="ball_tree").fit(radians)
core = np.zeros(len(lonlat), int)
core[dbscan.core_sample_indices_] = 1
optics = OPTICS(min_samples=5, metric="haversine", algorithm="ball_tree").fit(radians)
position = np.empty(len(lonlat), int)
position[optics.ordering_] = np.arange(len(lonlat))
hdbscan = HDBSCAN(min_cluster_size=10, min_samples=5, metric="haversine", copy=True).fit(radians)
leaf = HDBSCAN(min_cluster_size=5, min_samples=5, metric="haversine", cluster_selection_method="leaf", copy=True).fit(radians)
square = 2 * R * np.arcsin(np.sqrt(np.sin((radians[:, None, 0] - radians[None, :, 0]) / 2) ** 2
         + np.cos(radians[:, None, 0]) * np.cos(radians[None, :, 0]) * np.sin((radians[:, None, 1] - radians[None, :, 1]) / 2) ** 2))
inside = hdbscan.labels_ >= 0
silhouette = np.full(len(lonlat), np.nan)
distances = square[np.ix_(inside, inside)]
np.fill_diagonal(distances, 0)
silhouette[inside] = silhouette_samples(distances, hdbscan.labels_[inside], metric="precomputed")
write("points.csv", {
    "lon": lonlat[:, 0], "lat": lonlat[:, 1], "dbscan": dbscan.labels_, "is_core": core,
    "optics_position": position, "optics_reachability_km": np.round(optics.reachability_ * R, 9),
    "hdbscan": hdbscan.labels_, "hdbscan_probability": np.round(hdbscan.probabilities_, 12),
    "hdbscan_leaf": leaf.labels_, "silhouette": np.round(silhouette, 12),
})

places = np.column_stack([np.round(random.uniform(100, 120, 80), 4), np.round(random.uniform(22, 40, 80), 4)])
value = np.round(np.exp(random.normal(0, 1, 80)) + 3 * (places[:, 1] > 33), 3)
_, near = BallTree(np.radians(places[:, ::-1]), metric="haversine").query(np.radians(places[:, ::-1]), k=7)
rows = {unit: [other for other in near[unit] if other != unit] for unit in range(80)}
weights = lambda: W(rows, silence_warnings=True)
local = Moran_Local(value, weights(), transformation="B", permutations=99)
gi = G_Local(value, weights(), transform="B", permutations=0)
star = G_Local(value, weights(), transform="B", star=True, permutations=0)
write("units.csv", {
    "lon": places[:, 0], "lat": places[:, 1], "y": value, "local_moran": local.Is, "expected": local.EIc,
    "variance": local.VIc, "quadrant": local.q, "gi": gi.Zs, "gi_star": star.Zs,
})
moran = Moran(value, weights(), transformation="B", permutations=0)
geary = Geary(value, weights(), transformation="B", permutations=0)
general = G(value, weights(), permutations=0)
write("globals.csv", {
    "statistic": ["moran", "geary", "general_g"], "value": [moran.I, geary.C, general.G],
    "variance_normal": [moran.VI_norm, geary.VC_norm, float("nan")],
    "variance_randomised": [moran.VI_rand, geary.VC_rand, general.VG],
})
