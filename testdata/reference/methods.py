"""Remakes the reference numbers of what is built on regressions: tails of distributions, event studies, mediation, groups.

    pip install -r requirements.txt && python methods.py          (Python 3.11, after make.py, whose panels it reads)
"""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest as pf
import scipy
import statsmodels
import statsmodels.formula.api as smf
from scipy import stats

warnings.filterwarnings("ignore")
HERE = Path(__file__).parent
EXACT = pf.MapDemeaner(fixef_tol=1e-13, fixef_maxiter=1_000_000)


def write(name, value):
    (HERE / name).write_text(json.dumps(value, indent=1, allow_nan=False) + "\n")


def tails():
    t = [(0.01, 5), (0.5, 3), (1.96, 1e9), (2.5, 39), (8.5, 297), (-3.1, 297), (12.0, 1), (0.3, 0.5)]
    q = [(0.95, 4), (0.95, 297), (0.9, 5048), (0.99, 1), (0.95, 0.7)]
    f = [(3.2, 4, 297), (0.05, 3, 40), (60.0, 2, 1000), (1.0, 5, 1e6)]
    write("distribution.json", {
        "program": "scipy", "version": scipy.__version__, "call": "stats.t.sf, stats.t.ppf, stats.f.sf, stats.chi2.sf",
        "two_sided_t": [{"x": x, "df": d, "p": float(2 * stats.t.sf(abs(x), d))} for x, d in t],
        "critical_t": [{"level": a, "df": d, "t": float(stats.t.ppf((1 + a) / 2, d))} for a, d in q],
        "upper_f": [{"x": x, "df1": a, "df2": b, "p": float(stats.f.sf(x, a, b))} for x, a, b in f],
        "upper_chi2": [{"x": 12.3, "df1": 4, "p": float(stats.chi2.sf(12.3, 4))}],
    })


def event_study():
    """Event dummies -3 … 3, ends binned, reference -1, never-treated units zero; pre-trend Wald test."""
    d = pd.read_csv(HERE / "data/balanced.csv")
    start = d[d.d == 1].groupby("unit").time.min()
    g = d.unit.map(start)
    rel = (d.time - g).clip(-3, 3)
    cols = []
    for k in range(-3, 4):
        if k != -1:
            name = f"e{'m' if k < 0 else 'p'}{abs(k)}"
            d[name] = (rel == k).astype(float)
            cols.append((k, name))
    out = []
    for vcov, ours in ((dict(CRV1="unit"), "cluster(unit)"), ("iid", "iid")):
        m = pf.feols("y ~ " + " + ".join(n for _, n in cols) + " + x1 | unit + time", d, vcov=vcov, demeaner=EXACT)
        tidy = m.tidy()
        pre = [n for k, n in cols if k < 0]
        names = list(tidy.index)
        at = [names.index(n) for n in pre]
        b, v = m._beta_hat[at], m._vcov[np.ix_(at, at)]
        w = float(b @ np.linalg.solve(v, b) / len(pre))
        df2 = d.unit.nunique() - 1 if ours != "iid" else m._N - (len(cols) + 1 + d.unit.nunique() + d.time.nunique() - 1)
        out.append({
            "vcov": ours, "n": int(m._N),
            "coef": [{"event_time": k, "estimate": float(tidy.loc[n, "Estimate"]), "std_error": float(tidy.loc[n, "Std. Error"])} for k, n in cols],
            "pretrend": {"statistic": w, "df1": len(pre), "df2": int(df2), "p_value": float(stats.f.sf(w, len(pre), df2))},
        })
    write("eventstudy.json", {"program": "pyfixest", "version": pf.__version__, "data": "testdata/reference/data/balanced.csv",
                              "call": "feols('y ~ em3 + … + ep3 + x1 | unit + time')", "cases": out})


def mediation():
    """The three equations by ordinary least squares with explicit dummies; product tests by their formulas."""
    d = pd.read_csv(HERE / "data/balanced.csv")
    fe = " + C(unit) + C(time)"
    a = smf.ols("x2 ~ d + x1" + fe, d).fit()
    t = smf.ols("y ~ d + x1" + fe, d).fit()
    b = smf.ols("y ~ d + x2 + x1" + fe, d).fit()
    av, bv = a.params["d"], b.params["x2"]
    sa, sb = a.bse["d"], b.bse["x2"]
    z = lambda var: av * bv / np.sqrt(var)
    sobel = av**2 * sb**2 + bv**2 * sa**2
    rho = float(np.corrcoef(a.resid, t.resid)[0, 1])
    # draws of units by hand, through weighted least squares: the indirect effect under given multiplicities
    rng = np.random.default_rng(7)
    units = np.sort(d.unit.unique())
    draws = []
    for _ in range(5):
        m = np.bincount(rng.integers(len(units), size=len(units)), minlength=len(units)).astype(float)
        w = d.unit.map(dict(zip(units, m))).to_numpy()
        e = d[w > 0].copy()
        w = w[w > 0]
        ia = smf.wls("x2 ~ d + x1" + fe, e, weights=w).fit().params["d"]
        ib = smf.wls("y ~ d + x2 + x1" + fe, e, weights=w).fit().params["x2"]
        draws.append({"multiplicity": m.tolist(), "indirect": float(ia * ib)})
    write("mediation.json", {
        "program": "statsmodels", "version": statsmodels.__version__, "data": "testdata/reference/data/balanced.csv",
        "call": "ols('x2 ~ d + x1 + C(unit) + C(time)'), ols('y ~ d + x1 + …'), ols('y ~ d + x2 + x1 + …')",
        "a": float(av), "a_se": float(sa), "b": float(bv), "b_se": float(sb), "total": float(t.params["d"]), "direct": float(b.params["d"]),
        "sobel_z": float(z(sobel)), "aroian_z": float(z(sobel + sa**2 * sb**2)), "goodman_z": float(z(sobel - sa**2 * sb**2)),
        "rho_zero": rho, "draws": draws,
    })


def bca():
    """A mean's BCa interval: the same draws and jackknife values go through scipy's formula, written out."""
    x = np.random.default_rng(3).exponential(size=40)
    draws = np.array([np.random.default_rng(100 + i).choice(x, x.size).mean() for i in range(999)])
    jack = np.array([np.delete(x, i).mean() for i in range(x.size)])
    z0 = stats.norm.ppf((draws < x.mean()).mean())
    u = jack.mean() - jack
    acc = (u**3).sum() / (6 * (u**2).sum() ** 1.5)
    p = [stats.norm.cdf(z0 + (z0 + stats.norm.ppf(q)) / (1 - acc * (z0 + stats.norm.ppf(q)))) for q in (0.025, 0.975)]
    low, high = np.quantile(draws, p)
    plo, phi = np.quantile(draws, [0.025, 0.975])
    write("bca.json", {"program": "scipy and numpy", "version": f"{scipy.__version__}, {np.__version__}", "call": "stats.norm, np.quantile",
                       "estimate": float(x.mean()), "draws": draws.tolist(), "jackknife": jack.tolist(),
                       "bca": [float(low), float(high)], "percentile": [float(plo), float(phi)]})


def groups():
    """Low and high halves of x1: separate regressions, the interacted one, and the stacked one's correlation."""
    d = pd.read_csv(HERE / "data/balanced.csv")
    d["high"] = (d.x1 > d.x1.median()).astype(int)
    out = {"program": "pyfixest", "version": pf.__version__, "data": "testdata/reference/data/balanced.csv",
           "call": "feols('y ~ d + x2 | unit + time', vcov={'CRV1': 'unit'}) by x1 <= median(x1); stacked: feols('y ~ d0 + d1 + x20 + x21 | unit^high + time^high')",
           "groups": []}
    for h in (0, 1):
        m = pf.feols("y ~ d + x2 | unit + time", d[d.high == h], vcov={"CRV1": "unit"}, fixef_rm="singleton", demeaner=EXACT)
        t = m.tidy().loc["d"]
        out["groups"].append({"n": int(m._N), "estimate": float(t["Estimate"]), "std_error": float(t["Std. Error"])})
    s = d.copy()
    for v in ("d", "x2"):
        for h in (0, 1):
            s[f"{v}{h}"] = s[v] * (s.high == h)
    s["uh"] = s.unit.astype(str) + "_" + s.high.astype(str)
    s["th"] = s.time.astype(str) + "_" + s.high.astype(str)
    m = pf.feols("y ~ d0 + d1 + x20 + x21 | uh + th", s, vcov={"CRV1": "unit"}, fixef_rm="singleton", demeaner=EXACT)
    names = list(m.tidy().index)
    i, j = names.index("d0"), names.index("d1")
    v = m._vcov
    out["correlation"] = float(v[i, j] / np.sqrt(v[i, i] * v[j, j]))
    m = pf.feols("y ~ d0 + d1 + x2 | unit + time", s, vcov={"CRV1": "unit"}, fixef_rm="singleton", demeaner=EXACT)
    t = m.tidy()
    names = list(t.index)
    i, j = names.index("d0"), names.index("d1")
    diff = t.loc["d1", "Estimate"] - t.loc["d0", "Estimate"]
    var = m._vcov[i, i] + m._vcov[j, j] - 2 * m._vcov[i, j]
    out["interaction"] = {"d0": float(t.loc["d0", "Estimate"]), "d1": float(t.loc["d1", "Estimate"]), "statistic": float(diff**2 / var)}
    write("groups.json", out)


def matching():
    """Logit and nearest neighbours on one period; the panel has no ties there."""
    import sklearn
    import statsmodels.api as sm
    from sklearn.neighbors import NearestNeighbors

    d = pd.read_csv(HERE / "data/balanced.csv")
    d = d[d.time == d.time.min()].reset_index()
    d["treat"] = (d.cohort > 0).astype(int) if d.treat.nunique() < 2 else d.treat
    x = sm.add_constant(d[["x1", "x2"]])
    logit = sm.Logit(d.treat, x).fit(disp=0, tol=1e-14, maxiter=100)
    score = np.asarray(logit.predict(x))
    t, c = np.flatnonzero(d.treat == 1), np.flatnonzero(d.treat == 0)
    out = {"program": "statsmodels and scikit-learn", "version": f"{statsmodels.__version__}, {sklearn.__version__}",
           "call": "Logit(treat, [1, x1, x2]); NearestNeighbors(k).fit(score of controls) in the first period",
           "data": "testdata/reference/data/balanced.csv", "time": int(d.time.min()),
           "logit": [{"estimate": float(b), "std_error": float(s)} for b, s in zip(logit.params, logit.bse)], "loglik": float(logit.llf), "cases": []}
    for ratio in (1, 3):
        dist, at = NearestNeighbors(n_neighbors=ratio).fit(score[c, None]).kneighbors(score[t, None])
        out["cases"].append({"ratio": ratio, "att": float((d.y[t].to_numpy() - d.y.to_numpy()[c[at]].mean(axis=1)).mean()),
                             "pairs": [[int(d["index"][t[i]]), int(d["index"][c[k]]), float(e)] for i in range(len(t)) for k, e in zip(at[i], dist[i])]})
    write("matching.json", out)


if __name__ == "__main__":
    tails()
    event_study()
    mediation()
    bca()
    groups()
    matching()
