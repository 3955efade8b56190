#!/usr/bin/env python3
"""Prints the processor time of reference libraries on the points of benches/analysis.rs.

Run it in a virtual environment that has numpy, scipy, scikit-learn, dbscan, hdbscan, quitefastmst,
pygeoda and pyshp: `OMP_NUM_THREADS=1 python3 benches/references.py`. What is not installed is named and left out.
Compare with `RAYON_NUM_THREADS=1 cargo bench --bench analysis`, whose time is then processor time.
"""

import importlib
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

EARTH_M = 6_371_008.8
EPS_M = 2_000.0
GAMMA = 0x9E3779B97F4A7C15


def draws(count: int) -> np.ndarray:
    """Numbers in [0, 1) of SplitMix64 with the seed of the bench."""
    with np.errstate(over="ignore"):
        z = np.uint64(20_201_013) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(GAMMA)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return ((z ^ (z >> np.uint64(31))) >> np.uint64(11)) / 2.0**53


def degrees(count: int) -> np.ndarray:
    """The points of benches/analysis.rs: two draws each, and two more for three of four."""
    drawn = draws(600 + 4 * count)
    towns = np.column_stack([85 + 45 * drawn[0:600:2], 20 + 28 * drawn[1:600:2]])
    number = np.arange(count)
    is_lone = number % 4 == 0
    first = 600 + np.concatenate([[0], np.cumsum(np.where(is_lone, 2, 4))[:-1]])
    lone = np.column_stack([85 + 45 * drawn[first], 20 + 28 * drawn[first + 1]])
    # The two further draws of a lone point do not exist; what is read there is not used.
    radius, angle = 0.5 * drawn[first + 2] ** 2, 2 * np.pi * drawn[first + 3]
    near = towns[number % 300] + np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return np.where(is_lone[:, None], lone, near)


def vectors(points: np.ndarray) -> np.ndarray:
    lon, lat = np.radians(points).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def timed(name: str, needs: str, work) -> None:
    """Prints what some work takes; that its library is loaded is not part of it."""
    try:
        importlib.import_module(needs)
    except ImportError as missing:
        print(f"{name:<52} not installed: {missing.name}", flush=True)
        return
    start = time.process_time()
    work()
    print(f"{name:<52} {time.process_time() - start:9.3f} s of processor time", flush=True)


def nearest(count: int) -> None:
    v = vectors(degrees(count))

    def work() -> None:
        from scipy.spatial import cKDTree

        cKDTree(v).query(v, 11)

    timed(f"scipy cKDTree, build and k = 10, {count:,}", "scipy.spatial", work)


def scikit_dbscan(count: int) -> None:
    v = vectors(degrees(count))

    def work() -> None:
        from sklearn.cluster import DBSCAN

        chord = 2 * np.sin(EPS_M / EARTH_M / 2)
        found = DBSCAN(eps=chord, min_samples=10, algorithm="kd_tree").fit(v)
        print("  clusters", found.labels_.max() + 1)

    timed(f"scikit-learn DBSCAN, chords of 2 km, {count:,}", "sklearn.cluster", work)


def pypi_dbscan(count: int) -> None:
    v = vectors(degrees(count))

    def work() -> None:
        from dbscan import DBSCAN

        labels, _ = DBSCAN(v, 2 * np.sin(EPS_M / EARTH_M / 2), 10)
        print("  clusters", labels.max() + 1)

    timed(f"PyPI dbscan, chords of 2 km, {count:,}", "dbscan", work)


def reference_hdbscan(count: int) -> None:
    v = vectors(degrees(count))

    def work() -> None:
        from hdbscan import HDBSCAN

        HDBSCAN(min_cluster_size=25, min_samples=25, core_dist_n_jobs=1).fit(v)

    timed(f"hdbscan on chords, {count:,}", "hdbscan", work)


def quitefastmst_tree(count: int) -> None:
    v = vectors(degrees(count))

    def work() -> None:
        from quitefastmst import mst_euclid

        # The bench asks for 26 neighbors with the point itself, here 25 without it.
        mst_euclid(v, 25)

    timed(f"quitefastmst, tree of mutual reachability, {count:,}", "quitefastmst", work)


def pygeoda_local_moran(count: int) -> None:
    points = degrees(count)
    values = np.random.default_rng(1).random(count)

    def opened(folder: str):
        import pygeoda
        import shapefile

        path = str(Path(folder) / "points.shp")
        with shapefile.Writer(path, shapeType=shapefile.POINT) as writer:
            writer.field("y", "F", 20, 10)
            for (lon, lat), y in zip(points, values, strict=True):
                writer.point(lon, lat)
                writer.record(y)
        return pygeoda.knn_weights(pygeoda.open(path), 8)

    def work() -> None:
        import pygeoda

        pygeoda.local_moran(weights, list(values), permutations=999, cpu_threads=1, seed=1)

    with tempfile.TemporaryDirectory() as folder:
        try:
            weights = opened(folder)
        except ImportError as missing:
            print(f"pygeoda local Moran: not installed: {missing.name}", flush=True)
            return
        timed(f"pygeoda local Moran, 999 draws, {count:,}", "pygeoda", work)


def main() -> None:
    print(f"python {sys.version.split()[0]}, numpy {np.__version__}")
    for count in (100_000, 1_000_000):
        nearest(count)
        pypi_dbscan(count)
        scikit_dbscan(count)
    reference_hdbscan(100_000)
    for count in (100_000, 1_000_000):
        quitefastmst_tree(count)
    pygeoda_local_moran(100_000)


if __name__ == "__main__":
    main()
