"""Records what ecomplexity answers; run: python complexity.py

ecomplexity 0.5.3, pandas 3.1.1, numpy 2.4.6. Writes complexity_cells.csv (40 regions × 24 industries: what each has, its
revealed comparative advantage, whether that is 1 or more, and the density) and complexity_pairs.csv (the proximity of
each pair). Its density counts an industry's proximity with itself, 1; its densities of `knn` neighbours are left out, since
they sum what they have not weighted.
"""
import numpy as np
import pandas as pd
from ecomplexity import ecomplexity, proximity

random = np.random.default_rng(2007)
amounts = random.poisson(random.gamma(0.35, 40, (40, 24)))
amounts[:, 5] = np.where(np.arange(40) == 7, 3, 0)
cells = pd.DataFrame({
    "year": 2020,
    "region": np.repeat([f"r{region:02}" for region in range(40)], 24),
    "industry": np.tile([f"i{industry:02}" for industry in range(24)], 40),
    "amount": amounts.ravel(),
})
columns = {"time": "year", "loc": "region", "prod": "industry", "val": "amount"}
told = ecomplexity(cells, columns).sort_values(["region", "industry"])
told[["amount", "rca", "mcp", "density"]].round(12).to_csv("complexity_cells.csv", index=False, lineterminator="\n")
pairs = proximity(cells, columns).sort_values(["industry_1", "industry_2"])
pairs[["proximity"]].round(12).to_csv("complexity_pairs.csv", index=False, lineterminator="\n")
