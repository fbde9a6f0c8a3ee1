"""Robust intervals of Rambachan & Roth (2023) on an event study of castle.csv and on HonestDiD's BC vectors: conditional
sets by honestdid, fixed-length intervals by the convex program itself (cvxpy), R's HonestDiD as typed. Writes honest.json.
pip install honestdid==0.1.1 ecos==2.0.14 cvxpy==1.9.3 statsmodels==0.15.0 pandas==3.1.1 numpy==2.2.6"""
import json, pathlib, sys, warnings
import numpy as np, pandas as pd, cvxpy as cp, statsmodels.api as sm, honestdid
from scipy import optimize, stats
warnings.simplefilter("ignore")
here = pathlib.Path(__file__).parent
root = here.parents[1]


def castle():
    """l_homicide on event times -4 … 3 (ends gathered, -1 left out) with state and year effects, errors clustered by
    state under fixest's small-sample factor; states never treated have no event time."""
    d = pd.read_csv(root / "data/castle.csv")
    start = d[d.post == 1].groupby("sid").year.min()
    rel = (d.year - d.sid.map(start)).clip(-4, 3)
    times = [-4, -3, -2, 0, 1, 2, 3]
    X = pd.DataFrame({f"e{k}": (rel == k).astype(float) for k in times})
    fe = pd.get_dummies(d.sid, prefix="s", drop_first=True, dtype=float).join(pd.get_dummies(d.year, prefix="t", drop_first=True, dtype=float))
    A = sm.add_constant(X.join(fe))
    fit = sm.OLS(d.l_homicide, A).fit(cov_type="cluster", cov_kwds=dict(groups=d.sid, use_correction=True))
    n, k = len(d), len(times)
    factor = (n - A.shape[1]) / (n - (k + d.year.nunique()))
    names = list(X)
    return dict(pre=3, beta=fit.params[names].tolist(), sigma=(fit.cov_params().loc[names, names] * factor).to_numpy().tolist())


def sunab():
    """Sun & Abraham's effects at event times -4 … 3 by one regression with an effect for each cohort and period but the one
    before adoption, averaged by rows; errors clustered by state under fixest's small-sample factor."""
    d = pd.read_csv(root / "data/castle.csv")
    start = d.sid.map(d[d.post == 1].groupby("sid").year.min())
    rel = d.year - start
    cells = sorted({(g, t) for g, t in zip(start, d.year) if g == g and t - g != -1})
    X = pd.DataFrame({f"c{g:.0f}_{t}": ((start == g) & (d.year == t)).astype(float) for g, t in cells})
    fe = pd.get_dummies(d.sid, prefix="s", drop_first=True, dtype=float).join(pd.get_dummies(d.year, prefix="t", drop_first=True, dtype=float))
    A = sm.add_constant(X.join(fe))
    fit = sm.OLS(d.l_homicide, A).fit(cov_type="cluster", cov_kwds=dict(groups=d.sid, use_correction=True))
    n, k, names = len(d), len(cells), list(X)
    V = fit.cov_params().loc[names, names].to_numpy() * (n - A.shape[1]) / (n - (k + d.year.nunique()))
    L = np.array([[X[c].sum() * (t - g == e) for c, (g, t) in zip(names, cells)] for e in (-4, -3, -2, 0, 1, 2, 3)])
    L /= L.sum(axis=1, keepdims=True)
    assert rel.min() <= -4 and rel.max() >= 3
    return dict(pre=3, beta=(L @ fit.params[names]).tolist(), sigma=(L @ V @ L.T).tolist())


def flci(x, l, M, level=0.95):
    """The shortest fixed-length interval: over the bound h of the standard deviation, the smallest worst bias by CLARABEL."""
    beta, V, K = np.array(x["beta"]), np.array(x["sigma"]), x["pre"]
    P, root_v = len(beta) - K, np.linalg.cholesky(np.array(x["sigma"]))
    cv = lambda b: optimize.brentq(lambda c: stats.norm.cdf(c - b) - stats.norm.cdf(-c - b) - level, 0, b + 10, xtol=1e-14)
    v, h, dist = cp.Variable(K), cp.Parameter(nonneg=True), np.arange(K, 0, -1)
    u = [cp.sum(cp.multiply(v, np.maximum(dist - j, 0))) for j in range(K)]
    c = [sum(l[t - 1] * max(t - j, 0) for t in range(1, P + 1)) for j in range(P)]
    straight, sd = [u[0] == c[0]], cp.norm(root_v.T @ cp.hstack([v, l]))
    least = cp.Problem(cp.Minimize(sd), straight).solve(solver=cp.CLARABEL)
    found = {cv(0) * least if M == 0 else np.inf: v.value}
    if M > 0:
        w = np.concatenate([np.zeros(K), l])
        w[K - 1] = c[0]
        p = cp.Problem(cp.Minimize(sum(map(abs, c[1:])) + sum(map(cp.abs, u))), straight + [sd <= h])

        def half(x):
            h.value = x
            p.solve(solver=cp.CLARABEL)
            found[cv(M * p.value / x) * x] = v.value
            return cv(M * p.value / x) * x
        optimize.minimize_scalar(half, bounds=(least * 1.0000001, np.sqrt(w @ V @ w)), method="bounded", options=dict(xatol=1e-9))
    m = min(found)
    e = np.concatenate([found[m], l]) @ beta
    return e - m, e + m


def grid(x, kind, method, M, l, low, high, points=101):
    f = dict(rm=honestdid.computeConditionalCS_DeltaRM, sd=honestdid.computeConditionalCS_DeltaSD)[kind]
    bound = dict(rm=dict(Mbar=M), sd=dict(M=M))[kind]
    r = f(np.array(x["beta"]), np.array(x["sigma"]), x["pre"], len(x["beta"]) - x["pre"], l_vec=l, hybrid_flag=dict(clf="LF", cf="FLCI", conditional="ARP")[method],
          gridPoints=points, grid_lb=low, grid_ub=high, **bound)
    a = r.grid[r.accept == 1]
    assert low < a.min() and a.max() < high, (kind, method, M, a.min(), a.max())
    return a.min(), a.max(), (high - low) / (points - 1)


def main():
    old = json.loads((here / "honest.json").read_text())  # the R cases and the BC vectors, typed
    castle_x = x = castle()
    cases = [c for c in old["cases"] if c["program"].startswith("HonestDiD")]
    P = len(x["beta"]) - x["pre"]
    first, mean = np.eye(P)[0], np.ones(P) / P
    lw = old["vectors"]["LW"]
    for M in (0, 0.005, 0.01, 0.02):
        lo, hi = flci(lw, np.eye(len(lw["beta"]) - lw["pre"])[0], M)
        cases.append(dict(id=f"LW_flci_first_{M}", program="cvxpy, CLARABEL", version="1.9.3", call="flci(...) of honest.py", vector="LW",
                          type="sd", method="flci", average=False, m=[M], conf_low=[lo], conf_high=[hi], tolerance=5e-5))  # errors are ten times castle's
    for name, l in (("first", first), ("mean", mean)):
        for M in (0, 0.02, 0.05):
            lo, hi = flci(x, l, M)
            cases.append(dict(id=f"castle_flci_{name}_{M}", program="cvxpy, CLARABEL", version="1.9.3", call="flci(...) of honest.py", vector="castle",
                              type="sd", method="flci", average=name == "mean", m=[M], conf_low=[lo], conf_high=[hi], tolerance=1e-5))
    other = sunab()
    for v, x, kind, method, M, l, name in [("castle", x, *c) for c in (("sd", "conditional", 0.05, first, "first"), ("sd", "clf", 0.05, mean, "mean"), ("rm", "conditional", 0.5, first, "first"),
                                     ("rm", "conditional", 0.5, mean, "mean"), ("rm", "clf", 1, first, "first"),
                                     ("sd", "cf", 0.02, first, "first"), ("sd", "cf", 0.05, mean, "mean"))] + [("sunab", other, *c) for c in (
                                     ("rm", "conditional", 0.5, first, "first"), ("rm", "clf", 1, mean, "mean"), ("sd", "cf", 0.05, first, "first"), ("sd", "conditional", 0.02, mean, "mean"))]:
        lo, hi, step = grid(x, kind, method, M, l, -1.6, 1.6, 161)
        cases.append(dict(id=f"{v}_{kind}_{method}_{name}_{M}", program="honestdid", version="0.1.1", call=f"computeConditionalCS_Delta{kind.upper()}(gridPoints=161)", vector=v,
                          type=kind, method=method, average=name == "mean", m=[M], conf_low=[lo], conf_high=[hi], tolerance=step * (2 if method == "clf" else 1.001)))
        print(cases[-1], flush=True)
        (here / "honest.json").write_text(json.dumps(dict(vectors=dict(old["vectors"], castle=castle_x, sunab=other), cases=cases), indent=1))


main()
