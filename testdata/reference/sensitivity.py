"""Sensitivity to omitted variables (Cinelli & Hazlett 2020): PySensemakr on ordinary least squares with every fixed effect
a dummy, a benchmark of a fixed effect being the group of its dummies; with weights, which PySensemakr does not know, the
paper's formulas on statsmodels' weighted regressions, sums of squares with and without. Writes sensitivity.json.
pip install PySensemakr==0.0.8 statsmodels pandas numpy scipy"""
import importlib.metadata as md, json, pathlib, warnings
import numpy as np, pandas as pd, sensemakr as smkr, statsmodels.api as sm
from scipy import stats
warnings.simplefilter("ignore")
root = pathlib.Path(__file__).parents[2]


def dummies(d, effect, first=True):
    return pd.get_dummies(d[effect].astype(str), prefix=effect, drop_first=first, dtype=float)


def matrix(d, treat, controls, effects):
    X = pd.DataFrame({"Intercept": 1.0}, index=d.index).join(d[[treat] + controls].astype(float))
    groups = {}
    for e in effects:
        k = dummies(d, e)
        groups[e] = list(k.columns)
        X = X.join(k)
    return X, groups


def members(group, groups):
    return [c for g in group for c in groups.get(g, [g])]


def bounds_of(frame):
    keys = dict(r2dz_x="r2dz_x", r2yz_dx="r2yz_dx", estimate="adjusted_estimate", std_error="adjusted_se", statistic="adjusted_t", conf_low="adjusted_lower_CI", conf_high="adjusted_upper_CI")
    return [{k: float(row[v]) for k, v in keys.items()} for _, row in frame.iterrows()]


def sensemakr(d, y, treat, controls, effects, benchmarks, kd, ky, q, alpha):
    X, groups = matrix(d, treat, controls, effects)
    m = sm.OLS(d[y].astype(float), X).fit()
    s = smkr.sensitivity_stats(model=m, treatment=treat, q=q, alpha=alpha)
    out = dict(estimate=m.params[treat], std_error=m.bse[treat], statistic=m.tvalues[treat], df_resid=m.df_resid, partial_r2=s["r2yd_x"], partial_f2=s["f2yd_x"], rv_q=float(s["rv_q"]), rv_q_alpha=float(s["rv_qa"]), bounds=[])
    h0 = (1 - q) * m.params[treat]
    for b in benchmarks:
        r = smkr.ovb_bounds(model=m, treatment=treat, benchmark_covariates={"b": members(b, groups)}, kd=list(kd), ky=list(ky), alpha=alpha, h0=h0)
        for k, (one, by) in enumerate(zip(bounds_of(r), zip(kd, ky))):
            out["bounds"].append(dict(benchmark=" + ".join(b), kd=by[0], ky=by[1], **one))
    return out


def formulas(d, y, treat, controls, effects, benchmarks, kd, ky, q, alpha, w):
    X, groups = matrix(d, treat, controls, effects)
    ssr = lambda v, cols: sm.WLS(v, X[cols], weights=w).fit().ssr
    fit = sm.WLS(d[y], X, weights=w).fit()
    df, est, se = fit.df_resid, fit.params[treat], fit.bse[treat]
    rest = [c for c in X if c != treat]
    full_y, full_d = ssr(d[y], list(X)), ssr(d[treat], rest)
    r2 = 1 - full_y / ssr(d[y], rest)
    f = np.sqrt(r2 / (1 - r2))
    star = stats.t.ppf(1 - alpha / 2, df - 1) / np.sqrt(df - 1)
    rv = lambda g: 0.0 if g < 0 else (np.sqrt(g ** 4 + 4 * g ** 2) - g ** 2) / 2
    out = dict(estimate=est, std_error=se, statistic=est / se, df_resid=df, partial_r2=r2, partial_f2=f * f, rv_q=rv(q * f), rv_q_alpha=rv(q * f - star), bounds=[])
    for b in benchmarks:
        g = members(b, groups)
        ry = 1 - full_y / ssr(d[y], [c for c in X if c not in g])
        rd = 1 - full_d / ssr(d[treat], [c for c in rest if c not in g])
        for a, k in zip(kd, ky):
            r2dz = a * rd / (1 - rd)
            rz = a * rd ** 2 / ((1 - a * rd) * (1 - rd))
            r2yz = min(1, ((np.sqrt(k) + np.sqrt(rz)) / np.sqrt(1 - rz)) ** 2 * ry / (1 - ry))
            e = np.sign(est) * (abs(est) - se * np.sqrt(df) * np.sqrt(r2yz * r2dz / (1 - r2dz)))
            s = se * np.sqrt((1 - r2yz) / (1 - r2dz)) * np.sqrt(df / (df - 1))
            half = stats.t.ppf(1 - alpha / 2, df) * s
            out["bounds"].append(dict(benchmark=" + ".join(b), kd=a, ky=k, r2dz_x=r2dz, r2yz_dx=r2yz, estimate=e, std_error=s, statistic=(e - (1 - q) * est) / s, conf_low=e - half, conf_high=e + half))
    return out


def finite(x):
    if isinstance(x, dict):
        return {k: finite(v) for k, v in x.items()}
    if isinstance(x, list):
        return [finite(v) for v in x]
    return None if isinstance(x, float) and not np.isfinite(x) else x


castle, dual, organ = (root / "data" / f for f in ("castle.csv", "dual-pilot.csv", "organ-donations.csv"))
cases = []
for id, data, unit, time, y, treat, controls, effects, benchmarks, kd, ky, q, alpha, weights, gen in [
    ("castle", castle, "sid", "year", "l_homicide", "post", ["poverty", "l_police", "unemployrt", "l_income"], ["sid", "year"], [["poverty"], ["l_police"], ["poverty", "unemployrt"]], (1, 2, 3), (1, 2, 3), 1, 0.05, None, None),
    ("castle_half", castle, "sid", "year", "l_larceny", "post", ["poverty", "l_police", "unemployrt", "l_income"], ["sid", "year"], [["l_income"], ["unemployrt"]], (1, 2), (0.5, 3), 0.5, 0.01, None, None),
    ("castle_effects", castle, "sid", "year", "l_homicide", "post", ["poverty", "l_police"], ["sid", "year"], [["year"], ["year", "poverty"], ["sid"]], (0.25, 0.5), (0.5, 0.25), 1, 0.1, None, None),
    ("castle_pooled", castle, "sid", "year", "l_homicide", "post", ["poverty", "l_police", "l_income"], [], [["poverty"], ["l_income", "l_police"]], (1,), (1,), 1, 0.05, None, None),
    ("castle_weighted", castle, "sid", "year", "l_motor", "post", ["poverty", "l_police", "unemployrt"], ["sid", "year"], [["poverty"], ["l_police", "unemployrt"]], (1, 4), (1, 2), 1, 0.05, "popwt", None),
    ("dual", dual, "city", "year", "DIA", "DID", ["PGDP", "FINDEV", "OPEN", "GOVSUP", "MKTZ", "URB"], ["city", "year"], [["PGDP"], ["GOVSUP"], ["PGDP", "URB"]], (1, 3, 5), (1, 1, 5), 1, 0.05, None, None),
    ("organ", organ, "State", "Quarter_Num", "Rate", "D", [], ["State", "Quarter_Num"], [], (1,), (1,), 1, 0.05, None, "D = State == \"California\" & Quarter_Num > 3"),
    ("castle_few", castle, "sid", "year", "l_income", "year", [], [], [], (1,), (1,), 1, 0.05, None, "if sid == 5"),
]:
    d = pd.read_csv(data)
    cond = gen[3:] if gen and gen.startswith("if ") else ""
    if cond:
        d, gen = d.query(cond).reset_index(drop=True), None
    if gen:
        d["D"] = ((d.State == "California") & (d.Quarter_Num > 3)).astype(float)
    d = d.dropna(subset=[y, treat] + controls).reset_index(drop=True)
    if weights:
        program, version, call = "statsmodels, and the paper's formulas", md.version("statsmodels"), "WLS with dummies, formulas(...) of sensitivity.py"
        r = formulas(d, y, treat, controls, effects, benchmarks, kd, ky, q, alpha, d[weights])
    else:
        program, version, call = "PySensemakr", md.version("PySensemakr"), "sensitivity_stats and ovb_bounds on statsmodels' OLS with dummies"
        r = sensemakr(d, y, treat, controls, effects, benchmarks, kd, ky, q, alpha)
        check = formulas(d, y, treat, controls, effects, benchmarks, kd, ky, q, alpha, np.ones(len(d)))
        for k in ("partial_r2", "rv_q"):
            assert abs(check[k] / r[k] - 1) < 1e-8, (id, k, check[k], r[k])
        for a, b in zip(check["bounds"], r["bounds"]):
            for k in ("r2dz_x", "r2yz_dx", "estimate", "std_error"):
                assert abs(a[k] - b[k]) < 1e-8 * max(abs(a[k]), 1e-3), (id, k, a, b)
    cases.append(dict(id=id, program=program, version=version, call=call, data=f"data/{data.name}", unit=unit, time=time,
                      formula=f"{y} ~ {' + '.join([treat] + controls)}" + (f" | {' + '.join(effects)}" if effects else ""), treat=treat, gen=gen or "", **{"if": cond}, weights=weights or "",
                      benchmarks=[list(b) for b in benchmarks], kd=list(kd), ky=list(ky), q=q, alpha=alpha, **r))
    print(id, {k: r[k] for k in r if k != "bounds"})

# The paper's own example, on data that PySensemakr carries and that are not kept here: what follows from the estimate,
# its error and the degrees of freedom alone.
d = smkr.load_darfur()
darfur = sm.OLS.from_formula("peacefactor ~ directlyharmed + age + farmer_dar + herder_dar + pastvoted + hhsize_darfur + female + village", d).fit()
s = smkr.sensitivity_stats(model=darfur, treatment="directlyharmed")
b = smkr.ovb_bounds(model=darfur, treatment="directlyharmed", benchmark_covariates={"b": ["female"]}, kd=[1, 2, 3], ky=[1, 2, 3])
darfur = dict(program="PySensemakr", version=md.version("PySensemakr"), call="sensitivity_stats and ovb_bounds on its darfur data", estimate=darfur.params["directlyharmed"], std_error=darfur.bse["directlyharmed"], df_resid=darfur.df_resid,
              partial_r2=s["r2yd_x"], rv_q=float(s["rv_q"]), rv_q_alpha=float(s["rv_qa"]), bounds=[dict(benchmark="female", kd=k, ky=k, **x) for k, x in zip((1, 2, 3), bounds_of(b))])
print(darfur)
values = [dict(t=t, df=df, q=q, alpha=a, rv=float(smkr.robustness_value(t_statistic=float(t), dof=df, q=q, alpha=a).iloc[0]))
          for t, df, q, a in [(4.18445, 783, 1, 0.999999), (4.18445, 783, 1, 0.05), (-4.18445, 783, 0.5, 0.1), (30.0, 10, 1, 0.05), (9.0, 4, 1, 0.01), (2.0, 50, 1, 0.05), (12.0, 8, 0.5, 0.2), (55.0, 6, 1, 0.05)]]
(pathlib.Path(__file__).parent / "sensitivity.json").write_text(json.dumps(finite(dict(cases=cases, darfur=darfur, robustness_values=values, program="PySensemakr", version=md.version("PySensemakr"))), indent=1))
