"""Remakes wild.json: the wild cluster bootstrap.

    pip install wildboottest==0.3.2 pyfixest==0.60.0 && python wild.py

With all sign vectors enumerated p has one value only: PyPI's wildboottest gives it, and `dense` anew, which estimates every
draw by least squares on dummies, with weights and without the null too, and inverts the tests to an interval by bisection.
For random multipliers there are the p values of 19,999 draws of wildboottest.
"""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from wildboottest.wildboottest import WildboottestCL

HERE = Path(__file__).parent
TIE = 1e-9


def dummies(d, effects):
    out = []
    for e in effects:
        name, _, slope = e.partition("[")
        m = pd.get_dummies(d[name]).to_numpy(float)
        out.append(m * d[slope[:-1]].to_numpy()[:, None] if slope else m)
    return np.hstack(out) if out else np.ones((len(d), 1))


def independent(columns, first):
    """The first columns and those of the rest that are independent of them and of one another (Gram-Schmidt, twice)."""
    basis, kept = [], []
    for j in range(columns.shape[1]):
        x = columns[:, j] / np.linalg.norm(columns[:, j])
        for _ in range(2):
            for b in basis:
                x = x - (b @ x) * b
        if np.linalg.norm(x) > 1e-7:
            basis.append(x / np.linalg.norm(x))
            kept.append(j)
    assert kept[:first] == list(range(first))
    return columns[:, kept]


class Dense:
    """Every draw estimated anew by least squares on Z, whose column j is of interest."""

    def __init__(self, z, y, g, w, j):
        self.z, self.y, self.g, self.j = z, y, np.unique(g, return_inverse=True)[1], j
        self.w = np.ones(len(y)) if w is None else w
        self.solve = np.linalg.solve(z.T @ (z * self.w[:, None]), (z * self.w[:, None]).T)
        self.beta = self.solve @ y
        self.groups = np.eye(self.g.max() + 1)[self.g]
        self.row = self.solve[j]  # of the rows' outcomes in the coefficient

    def t(self, y, null):
        e = y - self.z @ (self.solve @ y)
        s = self.groups.T @ (self.row[:, None] * e)
        return (self.row @ y - null) / np.sqrt((s**2).sum(0))

    def p(self, null, draws, restricted):
        t = self.t(self.y[:, None], null)[0]
        if restricted:
            others = np.delete(self.z, self.j, 1)
            sw = np.sqrt(self.w)
            rest = self.y - null * self.z[:, self.j]
            fit = others @ np.linalg.lstsq(others * sw[:, None], rest * sw, rcond=None)[0]
            fit, e, center = fit + null * self.z[:, self.j], rest - fit, null
        else:
            fit = self.z @ self.beta
            e, center = self.y - fit, self.beta[self.j]
        star = self.t(fit[:, None] + draws[self.g] * e[:, None], center)
        return np.mean(np.abs(star) > abs(t) * (1 + TIE)), t

    def interval(self, draws, restricted, alpha=0.05):
        s = self.groups.T @ (self.row * (self.y - self.z @ self.beta))
        se = np.sqrt((s**2).sum())
        ends = []
        for sign in (-1, 1):
            low, high = 0.0, se
            while self.p(self.beta[self.j] + sign * high, draws, restricted)[0] >= alpha:
                low, high = high, 2 * high
            for _ in range(45):
                middle = (low + high) / 2
                if self.p(self.beta[self.j] + sign * middle, draws, restricted)[0] >= alpha:
                    low = middle
                else:
                    high = middle
            ends.append(self.beta[self.j] + sign * (low + high) / 2)
        return ends


def package(z, y, g, j, reps, restricted=True, weights="rademacher", seed=1):
    r = np.zeros(z.shape[1])
    r[j] = 1
    b = WildboottestCL(X=z, Y=y, cluster=g, R=r, B=reps, seed=seed, parallel=False)
    b.get_scores(bootstrap_type="11", impose_null=restricted, adj=True, cluster_adj=True)
    b.get_weights(weights_type=weights)
    b.get_numer()
    b.get_denom()
    b.get_tboot()
    b.get_vcov()
    b.get_tstat()
    return float(np.mean(np.abs(b.t_boot) > np.abs(b.t_stat) * (1 + TIE)))


MODELS = [  # id, data, group: variable and modulus, outcome, regressors, effects, weights
    ("castle", "castle_study.csv", ("sid", 9), "l_homicide", ["cdl", "poverty"], ["state", "year"], None),
    ("castle_plain", "castle_study.csv", ("sid", 8), "l_homicide", ["cdl", "poverty"], [], None),
    ("castle_region_year", "castle_study.csv", ("sid", 7), "l_homicide", ["cdl", "unemployrt"], ["state", "year", "region[trend]"], None),
    ("castle_weighted", "castle_study.csv", ("sid", 7), "l_homicide", ["cdl", "poverty"], ["state", "year"], "popwt"),
    ("unbalanced", "unbalanced.csv", ("unit", 8), "y", ["d", "x1"], ["unit", "time"], None),
    ("unbalanced_weighted", "unbalanced.csv", ("unit", 7), "y", ["d", "x1"], ["unit", "time"], "w"),
]


def main():
    cases = []
    for name, data, (var, modulus), outcome, xs, effects, weights in MODELS:
        d = pd.read_csv(HERE / "data" / data)
        used = [outcome, *xs, var] + [e.replace("]", "").split("[")[k] for e in effects for k in range(1 + ("[" in e))] + ([weights] if weights else [])
        d = d.dropna(subset=used)
        while effects:  # singletons
            keep = np.ones(len(d), bool)
            for e in effects:
                if "[" not in e:
                    keep &= d.groupby(e)[e].transform("size").to_numpy() > 1
            if keep.all():
                break
            d = d[keep]
        y, g = d[outcome].to_numpy(float), (d[var] % modulus).to_numpy()
        w = d[weights].to_numpy() if weights else None
        x = d[xs].to_numpy(float)
        z = independent(np.hstack([x, dummies(d, effects)]), len(xs))
        groups = len(np.unique(g))
        draws = np.array(list(product([-1, 1], repeat=groups))).T
        for null in ("imposed", "free"):
            coef = []
            for j, term in enumerate(xs + ([] if effects else ["(Intercept)"])):
                m = Dense(z, y, g, w, j)
                p, _ = m.p(0.0, draws, null == "imposed")
                low, high = m.interval(draws, null == "imposed")
                row = {"term": term, "p_value": p, "conf_low": low, "conf_high": high}
                if weights is None and null == "imposed":
                    row["p_wildboottest"] = package(z, y, g, j, 2**groups + 1)
                    assert abs(row["p_wildboottest"] - p) < 1e-12, (name, term, row)
                if weights is None and null == "imposed" and name.startswith("castle") and j == 0:
                    row["p_webb"] = package(z, y, g, j, 19999, weights="webb")
                    row["p_mammen"] = package(z, y, g, j, 19999, weights="mammen")
                coef.append(row)
            cases.append({"id": name, "data": "testdata/reference/data/" + data, "group": var, "modulus": modulus, "clusters": groups, "n": len(d),
                          "formula": f"{outcome} ~ {' + '.join(xs)}" + (f" | {' + '.join(effects)}" if effects else ""),
                          "weights": weights or "", "null": null, "draws": 2**groups, "random_draws": 19999, "coef": coef})
            print(cases[-1])
    out = {"program": "PyPI wildboottest and a dense regression of every draw", "version": "wildboottest 0.3.2, numpy " + np.__version__,
           "call": "WildboottestCL(…).get_scores('11', impose_null=True); python wild.py", "cases": cases}
    (HERE / "wild.json").write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
