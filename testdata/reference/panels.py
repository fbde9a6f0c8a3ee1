"""The data sets under data/: simulated panels, each with one difficulty, and the castle-doctrine study.

Every function is deterministic: numpy's PCG64 with the seed written here.
"""

import gzip
import io
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd

DATA = Path(__file__).parent / "data"


def staggered(rng, units, periods):
    """Units x periods with staggered adoption, serially correlated and heteroskedastic errors."""
    unit = np.repeat(np.arange(1, units + 1), periods)
    time = np.tile(np.arange(2001, 2001 + periods), units)
    effect = rng.normal(size=units)[unit - 1] + 0.4 * rng.normal(size=periods)[time - 2001]
    x1 = 0.5 * effect + rng.normal(size=unit.size)
    x2 = rng.normal(size=unit.size) + 0.1 * (time - 2001)
    cohort = rng.choice([0, 2004, 2005, 2007], size=units, p=[0.4, 0.2, 0.2, 0.2])[unit - 1]
    treated = (cohort > 0) & (time >= cohort)
    error = np.empty((units, periods))
    shock = rng.normal(size=(units, periods)) * rng.uniform(0.4, 1.6, size=(units, 1))
    error[:, 0] = shock[:, 0]
    for t in range(1, periods):
        error[:, t] = 0.5 * error[:, t - 1] + shock[:, t]
    y = 2 + effect + 0.7 * x1 - 0.3 * x2 + treated * (0.5 + 0.1 * (time - cohort)) + error.ravel()
    d = pd.DataFrame({"unit": unit, "time": time, "region": (unit - 1) % 7 + 1, "cohort": cohort,
                      "y": y, "x1": x1, "x2": x2, "d": treated.astype(int), "treat": (cohort > 0).astype(int),
                      "w": rng.uniform(0.2, 3.0, size=unit.size).round(3)})
    d["rel"] = np.where(cohort > 0, np.clip(time - cohort, -4, 4), -1000)
    return d


def balanced():
    """45 units x 9 years, nothing missing."""
    return staggered(np.random.default_rng(20261), 45, 9)


def unbalanced():
    """The like with a tenth of the rows gone, gaps in time, missing values, singletons and singletons that only
    appear when other singletons have gone."""
    rng = np.random.default_rng(20262)
    d = staggered(rng, 50, 9)
    d = d[rng.uniform(size=len(d)) > 0.10]
    d = d[(d.unit % 17 != 3) | (d.time == 2005)]  # units 3, 20, 37 keep one row
    # units 48 and 49 have two rows each; one of each is the only row of its "team" and goes, then the other goes
    d = d[~d.unit.isin([48, 49]) | d.time.isin([2003, 2006])]
    d["team"] = d.unit % 11 + 1
    d.loc[(d.unit == 48) & (d.time == 2003), "team"] = 90
    d.loc[(d.unit == 49) & (d.time == 2006), "team"] = 91
    d.loc[d.sample(6, random_state=1).index, "x1"] = np.nan
    d.loc[d.sample(4, random_state=2).index, "y"] = np.nan
    return d.sample(frac=1, random_state=3).reset_index(drop=True)  # rows in no order


def workers():
    """Workers who move between firms, 6 years: a third effect that is connected by movers only; two islands of firms
    that no mover links to the rest."""
    rng = np.random.default_rng(20263)
    rows = []
    firms = np.arange(1, 31)
    for worker in range(1, 181):
        island = firms[:22] if worker <= 130 else firms[22:27] if worker <= 160 else firms[27:]
        firm = rng.choice(island)
        for year in range(2010, 2016):
            if rng.uniform() < 0.25:
                firm = rng.choice(island)
            if rng.uniform() < 0.85:
                rows.append((worker, firm, year))
    d = pd.DataFrame(rows, columns=["worker", "firm", "year"])
    d["x1"] = rng.normal(size=len(d)) + 0.02 * d.firm
    d["x2"] = rng.exponential(size=len(d)) + 0.1 * (d.year - 2010)
    a, p = rng.normal(size=181), rng.normal(size=31)
    d["wage"] = a[d.worker] + p[d.firm] + 0.05 * (d.year - 2010) + 0.3 * d.x1 + 0.1 * d.x2 + 0.4 * rng.normal(size=len(d))
    d["hours"] = rng.uniform(0.5, 2.0, size=len(d)).round(3)
    d["sector"] = d.firm % 5 + 1
    return d


def islands():
    """Two-way effects in three connected components: units seen only in the years of their component."""
    rng = np.random.default_rng(20264)
    rows = []
    for unit in range(1, 37):
        years = [range(1990, 1995), range(1995, 1998), range(1998, 2003)][unit % 3]
        rows += [(unit, t) for t in years if rng.uniform() < 0.9]
    d = pd.DataFrame(rows, columns=["unit", "time"])
    d["x1"], d["x2"] = rng.normal(size=len(d)), rng.normal(size=len(d))
    d["y"] = rng.normal(size=37)[d.unit] + 0.1 * (d.time - 1990) + 0.6 * d.x1 + 0.2 * d.x2 + rng.normal(size=len(d))
    d["w"] = rng.uniform(0.5, 2.0, size=len(d)).round(3)
    return d


def gravity():
    """StatsPAI's module 15 (tests/r_parity/15_hdfe_cluster.py, MIT): the data that Stata's reghdfe was run on."""
    rng = np.random.default_rng(42)
    n = 10_000
    firm, year = rng.integers(0, 250, size=n), rng.integers(0, 20, size=n)
    firm_effect, year_effect = rng.normal(0, 1.0, size=250), rng.normal(0, 0.5, size=20)
    x1, x2 = rng.normal(size=n), rng.normal(size=n)
    y = 2.0 * x1 - 1.5 * x2 + firm_effect[firm] + year_effect[year] + rng.normal(scale=0.5, size=n)
    return pd.DataFrame({"y": y, "x1": x1, "x2": x2, "firm": firm, "year": year})


def crossed():
    """StatsPAI's module 54 (tests/r_parity/54_twoway_cluster.py, MIT): 40 x 50 crossed clusters."""
    rng = np.random.default_rng(42)
    n = 4000
    g1, g2 = rng.integers(0, 40, n), rng.integers(0, 50, n)
    x = rng.normal(size=n) + 0.3 * g1 / 40
    u = rng.normal(size=n) + rng.normal(size=40)[g1] + rng.normal(size=50)[g2]
    return pd.DataFrame({"y": 1.0 + 0.5 * x + u, "x": x, "g1": g1, "g2": g2})


def castle_study():
    """Cheng and Hoekstra (2013) as their paper uses it: the series of causaldata's castle panel (MIT) with the law's
    share of the year in force (cdl), its year and the regions from StatsPAI's (MIT). Both packages hold the authors'
    single-precision numbers; they are written here as the doubles those are."""
    import causaldata

    series = causaldata.castle.load_pandas().data
    with resources.files("statspai").joinpath("datasets/data/castle_2013.csv").open("rb") as f:
        law = pd.read_csv(f, dtype={"cdl": np.float32})
    keep = ["sid", "year", "popwt", "homicide", "l_homicide", "l_police", "unemployrt", "poverty", "l_income",
            "l_prisoner", "l_lagprisoner", "blackm_15_24", "whitem_15_24", "blackm_25_44", "whitem_25_44",
            "l_exp_subsidy", "l_exp_pubwelfare"]
    d = series[keep].astype(float).merge(
        law[["state", "sid", "year", "cdl", "effyear", "population", "northeast", "midwest", "south", "west"]].astype({"cdl": float}),
        on=["sid", "year"], validate="one_to_one")
    d["region"] = np.select([d.northeast == 1, d.midwest == 1, d.south == 1], [1, 2, 3], 4)
    d["trend"] = d.year - 2000
    d["law"] = ((d.year >= d.effyear)).astype(int)  # from the year of the law on; causaldata's post begins a year later
    d["rel"] = np.where(d.effyear.isna(), -99, np.clip(d.year - d.effyear.fillna(0), -6, 4)).astype(int)
    whole = ["sid", "year", "population"]
    return d.astype({c: int for c in whole}).drop(columns="effyear")


ALL = {"balanced": balanced, "unbalanced": unbalanced, "workers": workers, "islands": islands, "castle_study": castle_study,
       "gravity": gravity, "crossed": crossed}
LARGE = {"gravity", "crossed"}


def write():
    DATA.mkdir(exist_ok=True)
    for name, make in ALL.items():
        text = make().to_csv(index=False, lineterminator="\n")
        if name in LARGE:  # no time stamp in the archive, so that the bytes stay the same
            raw = io.BytesIO()
            with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as z:
                z.write(text.encode())
            (DATA / f"{name}.csv.gz").write_bytes(raw.getvalue())
        else:
            (DATA / f"{name}.csv").write_text(text)


def read(name):
    """Reads a data set as it stands on disk: data/NAME.csv[.gz] here, or a path from the root of the repository."""
    if "/" in name:
        return pd.read_csv(Path(__file__).parents[2] / name, float_precision="round_trip")
    file = DATA / f"{name}.csv"
    return pd.read_csv(file if file.exists() else f"{file}.gz", float_precision="round_trip")
