"""Records what the package hdbscan answers of points.csv; run: python hdbscan_recipe.py

hdbscan 0.8.44, scikit-learn 1.9.1, numpy 2.4.6. Writes hdbscan.csv. The package does not count the point itself in
min_samples, so its 4 are our 5; the tree is the exact one, since the approximate one gives other clusters.
"""
import csv

import hdbscan
import numpy as np

with open("points.csv") as file:
    lonlat = np.array([[float(row["lon"]), float(row["lat"])] for row in csv.DictReader(file)])
radians = np.radians(lonlat[:, ::-1])


def run(size, selection):
    return hdbscan.HDBSCAN(
        min_cluster_size=size, min_samples=4, metric="haversine", algorithm="prims_balltree",
        approx_min_span_tree=False, cluster_selection_method=selection, gen_min_span_tree=True,
    ).fit(radians)


mass = run(10, "eom")
leaf = run(5, "leaf")
# Which edges a tree has depends on ties, how long they are does not.
edges_km = np.append(np.sort(mass.minimum_spanning_tree_.to_numpy()[:, 2] * 6371.0088), np.nan)
with open("hdbscan.csv", "w", newline="") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow(["label", "probability", "leaf", "edge_km"])
    out.writerows(zip(mass.labels_, np.round(mass.probabilities_, 12), leaf.labels_, np.round(edges_km, 9)))
