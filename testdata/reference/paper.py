"""Remakes paper.json: the paper's tables on data/dual-pilot.csv by other programs, beside data/paper.didnb.

    pip install -r requirements.txt && python paper.py          (Python 3.11)

Each entry names a result of the script and gives numbers under their paths in its JSON: keys joined by "/", where
"key=value" picks the element of a list. Standard errors are pyfixest's, with its small-sample factors, which are fixest's.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest as pf
import sklearn
import statsmodels
import statsmodels.api as sm
from scipy import stats
from sklearn.neighbors import NearestNeighbors

warnings.filterwarnings("ignore")
HERE = Path(__file__).parent
EXACT = pf.MapDemeaner(fixef_tol=1e-14, fixef_maxiter=1_000_000)
CITY = {"CRV1": "city"}
CONTROLS = ["PGDP", "FINDEV", "OPEN", "GOVSUP", "MKTZ", "URB"]
X = " + ".join(CONTROLS)

d = pd.read_csv(HERE / "../../data/dual-pilot.csv")
results = []


def add(name, call, values, program="pyfixest"):
    results.append({"as": name, "program": program, "call": call, "values": {k: float(v) for k, v in values.items()}})


def feols(formula, data=d, vcov="iid", keep_singletons=False, **more):
    return pf.feols(formula, data, vcov=vcov, fixef_rm="none" if keep_singletons else "singleton", demeaner=EXACT, **more)


def numbers(m, prefix="", names=None, with_fit=True):
    """A fit's coefficients; names maps the program's terms to didnb's."""
    t, names = m.tidy(), names or {}
    out = {}
    for term in t.index:
        at = f"{prefix}coef/term={names.get(term, term)}/"
        out[at + "estimate"], out[at + "std_error"], out[at + "p_value"] = t.loc[term, "Estimate"], t.loc[term, "Std. Error"], t.loc[term, "Pr(>|t|)"]
    if with_fit:
        out[prefix + "n"], out[prefix + "r2"], out[prefix + "r2_within"] = m._N, m._r2, m._r2_within
    return out


def table1():
    variables = "DIA DID DTI GTI HC PGDP FINDEV OPEN GOVSUP MKTZ URB".split()
    out = {}
    for v in variables:
        x = d[v].dropna()
        for key, value in (("n", len(x)), ("mean", x.mean()), ("sd", x.std()), ("min", x.min()), ("max", x.max()),
                           ("p25", x.quantile(0.25)), ("p50", x.quantile(0.5)), ("p75", x.quantile(0.75))):
            out[f"rows/variable={v}/{key}"] = value
    add("table1", "Series.describe()", out, "pandas")
    total = d.groupby("year")[["employed_digital", "employed_all"]].transform("sum")
    lq = (d.employed_digital / d.employed_all) / (total.employed_digital / total.employed_all)
    add("lq", "(digital / all) / (digital.sum() / all.sum()) by year",
        {"rows/variable=LQ/mean": lq.mean(), "rows/variable=LQ/sd": lq.std(), "rows/variable=LQ/min": lq.min(), "rows/variable=LQ/max": lq.max()}, "pandas")


def figure1():
    e = d.copy()
    rel = (e.year - e.adopt_dual).clip(-6, 8)
    names = {}
    for k in range(-6, 9):
        if k != -1:
            names[k] = f"e{'m' if k < 0 else 'p'}{abs(k)}"
            e[names[k]] = (rel == k).astype(float)
    for name, vcov, df2 in (("figure1", "iid", None), ("figure1_clustered", CITY, d.city.nunique() - 1)):
        m = feols(f"DIA ~ {' + '.join(names.values())} + {X} | city + year", e, vcov)
        t, out = m.tidy(), {"n": m._N}
        df = df2 or m._N - (len(names) + len(CONTROLS) + d.city.nunique() + d.year.nunique() - 1)
        for k, term in names.items():
            b, s = t.loc[term, "Estimate"], t.loc[term, "Std. Error"]
            at = f"coef/event_time={k}/"
            out |= {at + "estimate": b, at + "std_error": s, at + "conf_low": b - stats.t.ppf(0.95, df) * s, at + "conf_high": b + stats.t.ppf(0.95, df) * s}
        pre = [list(t.index).index(term) for k, term in names.items() if k < 0]
        b, v = m._beta_hat[pre], m._vcov[np.ix_(pre, pre)]
        f = b @ np.linalg.solve(v, b) / len(pre)
        out |= {"pretrend/statistic": f, "pretrend/df1": len(pre), "pretrend/df2": df, "pretrend/p_value": stats.f.sf(f, len(pre), df)}
        add(name, "feols('DIA ~ em6 + … + ep8 + controls | city + year'), ends gathered", out)


def table2():
    for name, formula, vcov in (("m1", "DIA ~ DID | city + year", "iid"), ("m2", f"DIA ~ DID + {X} | city + year", "iid"),
                                ("m3", f"DIA ~ SC + {X} | city + year", "iid"), ("m4", f"DIA ~ LCC + {X} | city + year", "iid"),
                                ("c2", f"DIA ~ DID + {X} | city + year", CITY)):
        m = feols(formula, vcov=vcov)
        assert m._N == 5364
        add(name, f"feols('{formula}', vcov={vcov!r})", numbers(m))


def synergy():
    e = d.assign(both=d.SC * d.LCC)
    m = feols(f"DIA ~ SC + LCC + both + {X} | city + year", e, CITY)
    add("joint", "feols('DIA ~ SC + LCC + both + controls | city + year', vcov={'CRV1': 'city'}), both = SC * LCC", numbers(m, names={"both": "SC:LCC"}))
    b, v = m._beta_hat[:3], m._vcov[:3, :3]
    f, df = b @ np.linalg.solve(v, b) / 3, d.city.nunique() - 1
    add("joint_zero", "Wald test of SC = LCC = both = 0",
        {"joint/statistic": f, "joint/df1": 3, "joint/df2": df, "joint/p_value": stats.f.sf(f, 3, df)}, "pyfixest and scipy")
    for name, w in (("joint_sum", np.ones(3)), ("synergy", np.array([0.0, 0, 1]))):
        estimate, se = w @ b, np.sqrt(w @ v @ w)
        half = stats.t.ppf(0.975, df) * se
        add(name, f"{w.tolist()} of SC, LCC, both", {
            "combination/estimate": estimate, "combination/std_error": se, "combination/statistic": estimate / se,
            "combination/p_value": 2 * stats.t.sf(abs(estimate / se), df), "combination/p_greater": stats.t.sf(estimate / se, df),
            "combination/conf_low": estimate - half, "combination/conf_high": estimate + half}, "pyfixest and scipy")


def leaveout():
    out = {}
    for city in range(1, 299, 11):
        m = feols(f"DIA ~ DID + {X} | city + year", d[d.city != city])
        out[f"units/unit={city}/estimate"] = m.tidy().loc["DID", "Estimate"]
    add("leaveout", "feols without each eleventh city in turn", out)


def matching():
    e = d.assign(ever=d.groupby("city").DID.transform("max"))
    m = sm.Logit(e.ever, sm.add_constant(e[CONTROLS])).fit(disp=0, tol=1e-14, maxiter=200, method="newton")
    out = {}
    for term in ["const"] + CONTROLS:
        at = f"logit/coef/term={'(Intercept)' if term == 'const' else term}/"
        out |= {at + "estimate": m.params[term], at + "std_error": m.bse[term]}
    score = m.predict().copy()
    t, c = np.flatnonzero(e.ever == 1), np.flatnonzero(e.ever == 0)
    distance, at = NearestNeighbors(n_neighbors=2).fit(score[c, None]).kneighbors(score[t, None])
    assert (distance[:, 1] > distance[:, 0]).all()  # no ties
    weight = (e.ever == 1).astype(float)
    np.add.at(weight.values, c[at[:, 0]], 1.0)
    matched = weight > 0
    for v in CONTROLS:
        x = e[v]
        sd, mt, mc = x[e.ever == 1].std(), x[e.ever == 1].mean(), np.average(x[(e.ever == 0) & matched], weights=weight[(e.ever == 0) & matched])
        out |= {f"balance/variable={v}/smd_before": (mt - x[e.ever == 0].mean()) / sd, f"balance/variable={v}/smd_after": (mt - mc) / sd,
                f"balance/variable={v}/mean_control": mc}
    out |= {"treated_matched": len(t), "controls_matched": len(np.unique(at[:, 0]))}
    add("matched", "Logit(ever, controls).fit(); NearestNeighbors(1) on the score", out, "statsmodels and scikit-learn")

    table = numbers(feols(f"DIA ~ DID + {X} | city + year", e[matched]), "columns/label=psm(rows)/result/")
    s = e[matched].assign(w=weight[matched])
    table |= numbers(feols(f"DIA ~ DID + {X} | city + year", s, weights="w"), "columns/label=psm/result/", with_fit=False)
    lag = d.sort_values(["city", "year"]).assign(l=lambda f: f.groupby("city").DID.shift(1)).dropna(subset="l")
    table |= numbers(feols(f"DIA ~ l + {X} | city + year", lag), "columns/label=lag/result/", {"l": "l(DID, 1)"})
    for rival in ("BN", "ET"):
        table |= numbers(feols(f"DIA ~ DID + {X} + {rival} | city + year", d.dropna(subset=rival)), f"columns/label=policy({rival})/result/")
    w = d.copy()
    for v in ["DIA"] + CONTROLS:
        w[v] = w[v].clip(w[v].quantile(0.01), w[v].quantile(0.99))
    table |= numbers(feols(f"DIA ~ DID + {X} | city + year", w), "columns/label=winsor(0.01)/result/")
    add("table3", "feols on matched rows, with the lag, with BN, with ET, on clipped variables", table, "pyfixest, statsmodels and scikit-learn")


def table4():
    for name, vcov in (("table4", "iid"), ("table4_clustered", CITY)):
        out = {}
        total = feols(f"DIA ~ DID + {X} | city + year", vcov=vcov)
        for v in ("DTI", "GTI", "HC"):
            a, b = feols(f"{v} ~ DID + {X} | city + year", vcov=vcov), feols(f"DIA ~ DID + {v} + {X} | city + year", vcov=vcov)
            ta, tb = a.tidy(), b.tidy()
            ea, sa, eb, sb = ta.loc["DID", "Estimate"], ta.loc["DID", "Std. Error"], tb.loc[v, "Estimate"], tb.loc[v, "Std. Error"]
            at = f"rows/mediator={v}/"
            z = ea * eb / np.sqrt(ea**2 * sb**2 + eb**2 * sa**2)
            out |= {at + "a/estimate": ea, at + "a/std_error": sa, at + "b/estimate": eb, at + "b/std_error": sb,
                    at + "total": total.tidy().loc["DID", "Estimate"], at + "direct": tb.loc["DID", "Estimate"], at + "indirect": ea * eb,
                    at + "share": ea * eb / total.tidy().loc["DID", "Estimate"], at + "sobel_z": z, at + "sobel_p": 2 * stats.norm.sf(abs(z)),
                    at + "aroian_z": ea * eb / np.sqrt(ea**2 * sb**2 + eb**2 * sa**2 + sa**2 * sb**2),
                    at + "rho_zero": np.corrcoef(a._u_hat, total._u_hat)[0, 1]}
            out |= numbers(b, at + "third_step/")
        add(name, f"feols of the three equations, vcov={vcov!r}; products of coefficients by their formulas", out)


def groups(name, call, masks, vcov, keep_singletons, stack_vcov):
    """Separate fits, the stacked test of equality, and the interactions in one regression."""
    out, fits = {}, []
    for label, rows in masks.items():
        m = feols(f"DIA ~ DID + {X} | city + year", d[rows], vcov, keep_singletons)
        out |= numbers(m, f"groups/label={label}/fit/")
        fits.append(m)
    k = len(masks)
    c = np.hstack([-np.ones((k - 1, 1)), np.eye(k - 1)])

    def equality(b, v):
        return float((c @ b) @ np.linalg.solve(c @ v @ c.T, c @ b) / (k - 1))

    parts = []
    for g, rows in enumerate(masks.values()):
        part = d[rows].reset_index(names="row").assign(cg=lambda f: f.city.astype(str) + f"_{g}", yg=lambda f: f.year.astype(str) + f"_{g}")
        for h in range(k):
            for v in ["DID"] + CONTROLS:
                part[f"{v}_{h}"] = part[v] if g == h else 0.0
        parts.append(part)
    every = " + ".join(f"{v}_{h}" for v in ["DID"] + CONTROLS for h in range(k))
    m = feols(f"DIA ~ {every} | cg + yg", pd.concat(parts), stack_vcov, keep_singletons)
    v = m._vcov[:k, :k]
    r = v / np.sqrt(np.outer(np.diag(v), np.diag(v)))
    b = np.array([f.tidy().loc["DID", "Estimate"] for f in fits])
    s = np.array([f.tidy().loc["DID", "Std. Error"] for f in fits])
    out["tests/0/statistic"] = equality(b, r * np.outer(s, s))

    union = np.logical_or.reduce([r.to_numpy() for r in masks.values()])
    e = d[union].copy()
    for h, rows in enumerate(masks.values()):
        e[f"d{h}"] = e.DID * rows[union]
    m = feols(f"DIA ~ {' + '.join(f'd{h}' for h in range(k))} + {X} | city + year", e, vcov, keep_singletons)
    out["tests/1/statistic"] = equality(m._beta_hat[:k], m._vcov[:k, :k])
    for h, label in enumerate(masks):
        out[f"one_equation/coef/{h}/estimate"] = m._beta_hat[h]
    add(name, call, out)


def tables56():
    exposure = d.year - d.adopt_dual
    bins = {label: (d.DID == 0) | ((exposure >= low) & (exposure <= high)) for label, low, high in (("0-2", 0, 2), ("3-5", 3, 5), ("6+", 6, np.inf))}
    groups("table5", "feols by rows of exposure", bins, "iid", True, {"CRV1": "row"})
    groups("table5_clustered", "feols by rows of exposure, clustered", bins, CITY, False, CITY)

    def halves(v, x):
        cut = x.median() if len(x) == len(d) else None
        return {f"{v} low": x <= cut, f"{v} high": x > cut}

    def halves_of_cities(v):
        mean = d[d.year < d.adopt_dual.min()].groupby("city")[v].mean()
        x = d.city.map(mean)
        return {f"{v} low": x <= mean.median(), f"{v} high": x > mean.median()}

    groups("table6_income", "feols by median of rows", halves("PGDP", d.PGDP), "iid", True, {"CRV1": "row"})
    groups("table6_air", "feols by median of rows", halves("PM25", d.PM25), "iid", True, {"CRV1": "row"})
    groups("table6_income_clustered", "feols by median of rows, clustered", halves("PGDP", d.PGDP), CITY, False, CITY)
    groups("table6_income_cities", "feols by median of cities at baseline, clustered", halves_of_cities("PGDP"), CITY, False, CITY)
    groups("table6_air_cities", "feols by median of cities at baseline, clustered", halves_of_cities("PM25"), CITY, False, CITY)


def figure2():
    """No draw of another generator can be the same; its distribution must be. 4,000 draws of cities with the true dates."""
    fe = feols(f"DIA ~ DID + {X} | city + year")
    # Frisch-Waugh-Lovell on the balanced panel: two-way means, then the controls
    n, t = d.city.nunique(), d.year.nunique()
    within = lambda v: (v.reshape(n, t) - v.reshape(n, t).mean(1, keepdims=True) - v.reshape(n, t).mean(0, keepdims=True) + v.mean()).ravel()
    s = d.sort_values(["city", "year"])
    q, _ = np.linalg.qr(np.column_stack([within(s[v].to_numpy(float)) for v in CONTROLS]))
    y = within(s.DIA.to_numpy(float))
    y -= q @ (q.T @ y)
    dates = s.groupby("city").adopt_dual.first().dropna().to_numpy()
    years = np.sort(s.year.unique())
    rng = np.random.default_rng(11)
    draws = []
    for _ in range(4000):
        x = np.zeros((n, t))
        x[rng.permutation(n)[: len(dates)]] = years[None] >= dates[:, None]
        x = within(x.ravel())
        x -= q @ (q.T @ x)
        draws.append(x @ y / (x @ x))
    draws = np.array(draws)
    add("figure2", "numpy: 4,000 draws of random cities with the true dates", {"actual": fe.tidy().loc["DID", "Estimate"], "actual_t": fe.tidy().loc["DID", "t value"]})
    results[-1]["distribution"] = {"draws": len(draws), "mean": float(draws.mean()), "sd": float(draws.std(ddof=1)),
                                   "quantiles": {str(p): float(np.quantile(draws, p)) for p in (0.1, 0.5, 0.9)}}


if __name__ == "__main__":
    table1()
    figure1()
    table2()
    synergy()
    figure2()
    leaveout()
    matching()
    table4()
    tables56()
    (HERE / "paper.json").write_text(json.dumps({
        "script": "data/paper.didnb", "data": "data/dual-pilot.csv",
        "versions": {"pyfixest": pf.__version__, "statsmodels": statsmodels.__version__, "scikit-learn": sklearn.__version__, "numpy": np.__version__, "pandas": pd.__version__},
        "tolerance": {"estimate": 1e-9, "std_error": 1e-7, "logit": 1e-7},
        "results": results}, indent=1, allow_nan=False) + "\n")
