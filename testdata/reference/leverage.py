"""Remakes leverage.json: HC2, HC3, CR2 and CR3 with Satterthwaite's degrees of freedom.

    pip install statsmodels==0.15.0 pyfixest==0.60.0 && python leverage.py

HC2 and HC3 are statsmodels' on dummies. CR2 and CR3 follow clubSandwich's formulas (Pustejovsky & Tipton 2018, eq. 6 and 11)
on dense matrices, all dummies written out, generalised inverses by eigenvalues; CR3 is held to pyfixest's CRV3
without its small-sample factors, and StatsPAI's numbers of clubSandwich itself (R) and Stata are typed in statspai.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest as pf
import statsmodels.api as sm

from wild import dummies, independent

HERE = Path(__file__).parent


def power(m, p):
    values, q = np.linalg.eigh(m)
    f = np.where(values > 1e-10, np.abs(values) ** p, 0.0)
    return q @ (f[:, None] * q.T)


def reduced(z, y, g, k, kind):
    n = len(y)
    b = np.linalg.inv(z.T @ z)
    h = z @ b @ z.T
    e = y - h @ y
    rest = np.eye(n) - h
    parts = [np.flatnonzero(g == level) for level in np.unique(g)]
    adjusted = [power(rest[np.ix_(i, i)], -0.5 if kind == "CR2" else -1) for i in parts]
    scores = [z[i].T @ a @ e[i] for i, a in zip(parts, adjusted)]
    v = b @ sum(np.outer(s, s) for s in scores) @ b
    df = []
    for j in range(k):
        p = np.column_stack([rest[:, i] @ a @ z[i] @ b[:, j] for i, a in zip(parts, adjusted)])
        pp = p.T @ p
        df.append(np.trace(pp) ** 2 / (pp**2).sum())
    return np.sqrt(np.diag(v))[:k], df


MODELS = [
    ("castle", "castle_study.csv", "l_homicide", ["cdl", "poverty"], ["state", "year"], "state", None),
    ("castle_region", "castle_study.csv", "l_homicide", ["cdl", "poverty"], ["state", "year"], "region", None),
    ("castle_plain", "castle_study.csv", "l_homicide", ["cdl", "poverty"], [], "state", None),
    ("castle_slopes", "castle_study.csv", "l_homicide", ["cdl", "poverty"], ["state", "year", "region[trend]"], "state", None),
    ("unbalanced", "unbalanced.csv", "y", ["d", "x1"], ["unit", "time"], "unit", None),
    ("unbalanced_team", "unbalanced.csv", "y", ["d", "x1"], ["unit", "time"], "time", None),
    ("unbalanced_weighted", "unbalanced.csv", "y", ["d", "x1"], ["unit", "time"], "unit", "w"),
]


def main():
    cases = []
    for name, data, outcome, xs, effects, cluster, weights in MODELS:
        d = pd.read_csv(HERE / "data" / data)
        names = {e.split("[")[0] for e in effects} | {"trend" for e in effects if "[" in e}
        d = d.dropna(subset=[outcome, *xs, cluster, *names] + ([weights] if weights else []))
        while effects:
            keep = np.ones(len(d), bool)
            for e in effects:
                if "[" not in e:
                    keep &= d.groupby(e)[e].transform("size").to_numpy() > 1
            if keep.all():
                break
            d = d[keep]
        y, x = d[outcome].to_numpy(float), d[xs].to_numpy(float)
        z = independent(np.hstack([x, dummies(d, effects)]), len(xs))
        terms = xs + ([] if effects else ["(Intercept)"])
        formula = f"{outcome} ~ {' + '.join(xs)}" + (f" | {' + '.join(effects)}" if effects else "")
        base = {"id": name, "data": "testdata/reference/data/" + data, "formula": formula, "weights": weights or "", "n": len(d)}
        for kind in ("HC2", "HC3"):
            m = sm.WLS(y, z, weights=d[weights]) if weights else sm.OLS(y, z)
            fit = m.fit(cov_type=kind)
            cases.append({**base, "vcov": kind, "coef": [{"term": t, "std_error": fit.bse[j]} for j, t in enumerate(terms)]})
        if weights:
            continue
        for kind in ("CR2", "CR3"):
            g = d[cluster].to_numpy()
            se, df = reduced(z, y, g, len(terms), kind)
            if kind == "CR3" and "[" not in formula and cluster != "time":
                d["g"] = np.unique(g, return_inverse=True)[1]
                fit = pf.feols(formula, d, vcov={"CRV3": "g"}, ssc=pf.ssc(k_adj=False, G_adj=False))
                theirs = fit.se()[xs[0]]
                print(name, "pyfixest / dense", theirs / se[0])
                assert abs(theirs / se[0] - 1) < 1e-7, (theirs, se[0])
            cases.append({**base, "vcov": f"{kind}({cluster})", "coef": [{"term": t, "std_error": se[j], "df": df[j]} for j, t in enumerate(terms)]})
    typed = {"data": "53_cr2.csv", "formula": "lemp ~ treat + year", "by": "countyreal", "programs": "R clubSandwich 0.6.2 and sandwich 3.1-1, R 4.5.2; Stata 18 within 1e-8",
             "std_error": {
                 "CR2": {"(Intercept)": 5.06982499444407, "treat": 0.0122313401820401, "year": 0.00253081420236677},
                 "CR3": {"(Intercept)": 5.08137168727772, "treat": 0.0122594989183214, "year": 0.00253657872562322},
                 "HC2": {"(Intercept)": 5.79668195647384, "treat": 0.00827554853952183, "year": 0.00289193952556245},
                 "HC3": {"(Intercept)": 5.80144306266659, "treat": 0.00828211264588244, "year": 0.00289431521077433}}}
    out = {"program": "statsmodels (HC2, HC3); dense matrices by clubSandwich's formulas, pyfixest for CR3", "version": "statsmodels 0.15.0, pyfixest 0.60.0, numpy " + np.__version__,
           "call": "python leverage.py", "statspai": typed, "cases": cases}
    (HERE / "leverage.json").write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
