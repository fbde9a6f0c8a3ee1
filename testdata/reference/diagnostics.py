"""Weights of the two-way regression: diff-diff's twowayfeweights where it applies, and theorem 1 and corollary 1 of de
Chaisemartin & D'Haultfoeuille (2020) from statsmodels' residuals, with controls and regression weights too. Writes
twfeweights.json. pip install diff-diff==3.13.0 statsmodels==0.15.0 pandas==3.1.1"""
import json, warnings, pathlib
import numpy as np, pandas as pd, statsmodels.api as sm, diff_diff
warnings.simplefilter("ignore")
root = pathlib.Path(__file__).parents[2]


def theorem(d, y, treat, unit, controls=(), weights=None):
    w = d[weights].to_numpy(float) if weights else np.ones(len(d))
    fe = pd.get_dummies(d[unit].astype(str), drop_first=True, dtype=float).join(pd.get_dummies(d["year"].astype(str), prefix="t", drop_first=True, dtype=float))
    X = sm.add_constant(fe.join(d[list(controls)]))
    e = sm.WLS(d[treat], X, weights=w).fit().resid.to_numpy()
    beta = sm.WLS(d[y], X.join(d[[treat]]), weights=w).fit().params[treat]
    on = d[treat].to_numpy() == 1
    s = w[on] / w[on].sum()
    v = e[on] / (s * e[on]).sum()
    v[abs(v) < 1e-10] = 0
    out = dict(twfe=beta, cells=int(on.sum()), negative=int((v < 0).sum()), sum_negative=(s * v)[v < 0].sum(),
               sigma=abs(beta) / np.sqrt((s * (v - 1) ** 2).sum()), sigma_opposite=None)
    if (v < 0).any():
        order = np.argsort(-v, kind="stable")
        so, vo = s[order], v[order]
        tail = lambda x: np.cumsum(x[::-1])[::-1]
        P, S, T = tail(so), tail(so * vo), tail(so * vo ** 2)
        k = next(i for i in range(1, len(vo)) if vo[i] < -S[i] / (1 - P[i]))
        out["sigma_opposite"] = abs(beta) / np.sqrt(T[k] + S[k] ** 2 / (1 - P[k]))
    out["weights"] = [dict(unit=str(u), time=str(t), weight=x) for u, t, x in zip(d[unit][on], d["year"][on], s * v)]
    return out


cases = []
for id, data, unit, y, treat, controls, weights, cond, query in [
    ("castle", "data/castle.csv", "sid", "l_homicide", "post", [], "", "", None),
    ("castle_late", "data/castle.csv", "sid", "l_homicide", "post", [], "", "year >= 2006", "year >= 2006"),
    ("castle_controls", "data/castle.csv", "sid", "l_homicide", "post", ["poverty", "unemployrt"], "", "year >= 2006", "year >= 2006"),
    ("castle_weighted", "data/castle.csv", "sid", "l_homicide", "post", ["poverty"], "popwt", "year >= 2006", "year >= 2006"),
    ("castle_gaps", "data/castle.csv", "sid", "l_homicide", "post", [], "", "year >= 2005 & !(sid == 10 & year == 2009)", "year >= 2005 and not (sid == 10 and year == 2009)"),
]:
    d = pd.read_csv(root / data)
    d = (d.query(query) if query else d).reset_index(drop=True)
    r = theorem(d, y, treat, unit, controls, weights)
    program, version, call = "statsmodels, and numpy on its residuals", "0.15.0", "theorem(...) of diagnostics.py"
    if not controls and not weights:
        t = diff_diff.twowayfeweights(d, outcome=y, unit=unit, time="year", treatment=treat)
        assert abs(t.beta_fe - r["twfe"]) < 1e-10 and abs(t.fraction_negative - r["negative"] / r["cells"]) < 1e-12, (id, t.fraction_negative)
        assert abs(t.sigma_fe / r["sigma"] - 1) < 1e-9, (id, t.sigma_fe, r["sigma"])
        program, version, call = "diff-diff (sigma_opposite and sums: numpy on statsmodels' residuals)", "3.13.0", "twowayfeweights(d, outcome, unit, time, treatment)"
    cases.append(dict(id=id, program=program, version=version, call=call, data=data, unit=unit, formula=f"{y} ~ {' + '.join(controls) or '1'}",
                      treat=treat, weights_by=weights, **{"if": cond}, **r))
    print(id, {k: v for k, v in r.items() if k != "weights"})
(pathlib.Path(__file__).parent / "twfeweights.json").write_text(json.dumps(dict(cases=cases), indent=1))
