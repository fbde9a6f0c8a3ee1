"""Equivalence of trends before adoption (Dette & Schumann 2024): PyPI's EquiTrends on the periods before adoption of one
cohort and of units never treated. Clustered covariances carry fixest's small-sample factor. Subsamples of the RMS test are
the first k fifths of the units in the order given. Bootstraps are random: their critical values are of many draws.
Writes equivalence.json. pip install EquiTrends==0.1.1 pandas numpy scipy"""
import importlib.metadata as md, json, pathlib, warnings
import numpy as np, pandas as pd, equitrends as eq
from equitrends import testing
warnings.simplefilter("ignore")
root = pathlib.Path(__file__).parents[2]
castle, dual, organ = (root / "data" / f for f in ("castle.csv", "dual-pilot.csv", "organ-donations.csv"))
DRAWS = 40000  # the bootstraps are held within five of the quantile's Monte-Carlo errors
cases = []
for id, data, unit, time, y, treat, controls, cohort, gen in [
    ("castle", castle, "sid", "year", "l_homicide", "post", [], 2007, ""),
    ("castle_controls", castle, "sid", "year", "l_larceny", "post", ["poverty", "l_police"], 2007, ""),
    ("organ", organ, "State", "Quarter_Num", "Rate", "D", [], 4, "D = State == \"California\" & Quarter_Num > 3"),
    ("dual", dual, "city", "year", "DIA", "DID", ["PGDP"], 2014, ""),
]:
    d = pd.read_csv(data)
    if gen:
        d["D"] = ((d.State == "California") & (d.Quarter_Num > 3)).astype(float)
    first = d[d[treat] == 1].groupby(unit)[time].min()
    d["first"] = d[unit].map(first)
    d = d[(d["first"] == cohort) | d["first"].isna()].reset_index(drop=True)
    units = sorted(d[unit].unique())
    cond = "" if gen else " | ".join(f"{unit} == {u}" for u in units)
    d = d[d[time] < cohort]
    d = d.dropna(subset=[y] + controls).reset_index(drop=True)
    d["g"] = (d["first"] == cohort).astype(int)
    d["ID"] = d[unit].map({u: i + 1 for i, u in enumerate(units)})
    d = d.sort_values(["ID", time]).reset_index(drop=True)
    args = dict(y="y_", id="ID", g="g", period=time, data=d.assign(y_=d[y]), **(dict(x=controls) if controls else {}))
    N, T, G = len(d), d[time].nunique(), len(units)

    def clustered(fit):
        p = fit.design.shape[1]
        v = testing._cluster_robust_covariance_matrix(fit, cluster_labels=fit.dataset["ID"], leverage_adjustment=False, small_sample_adjustment=False)
        return v * G / (G - 1) * (N - 1) / (N - p - T)

    threshold = None
    out = []
    for vcov, v in (("iid", None), ("cluster", clustered)):
        m = eq.max_equiv_test(**args, vcov=v)
        if threshold is None:
            threshold = float(np.round(1.2 * m.max_abs_coefficient, 6))
        a = eq.max_equiv_test(**args, vcov=v, equiv_threshold=threshold, alpha=0.1)
        out.append(dict(type="max", vcov=vcov, alpha=0.05, threshold=0, statistic=m.max_abs_coefficient, coef=list(m.placebo_coefficients), std_error=list(m.placebo_coefficients_se), minimum=m.minimum_equiv_threshold, minima=list(m.minimum_equiv_thresholds)))
        out.append(dict(type="max", vcov=vcov, alpha=0.1, threshold=threshold, statistic=a.max_abs_coefficient, critical=list(a.iu_critical_values), reject=bool(a.reject_null_hypothesis)))
        m = eq.mean_equiv_test(**args, vcov=v)
        a = eq.mean_equiv_test(**args, vcov=v, equiv_threshold=threshold, alpha=0.1)
        out.append(dict(type="mean", vcov=vcov, alpha=0.05, threshold=0, statistic=m.abs_mean_placebo_coefs, variance=m.var_mean_placebo_coef, minimum=m.minimum_equiv_threshold))
        out.append(dict(type="mean", vcov=vcov, alpha=0.1, threshold=threshold, statistic=a.abs_mean_placebo_coefs, variance=a.var_mean_placebo_coef, critical=[a.mean_critical_value], p=a.p_value, reject=bool(a.reject_null_hypothesis)))
    if id != "organ":  # one treated unit is in no small subsample
        order = list(np.random.default_rng(3).permutation(G))
        groups = d.groupby("ID").g.first().to_numpy()
        order = [int(u) for u in sorted(order[: max(2, G // 5)], key=lambda u: u) + order[max(2, G // 5):]]
        if groups[order[: G // 5]].sum() < 2:  # the treated must be in every subsample
            order = sorted(order, key=lambda u: 0 if groups[u] and u == int(np.argmax(groups)) else 1)
        plan = dict(subsamples=[])
        for k in range(1, 6):
            ids = sorted(u + 1 for u in order[: k * G // 5])
            plan["subsamples"].append(dict(lambda_index=k, sample_size=len(ids), sampled_ids=ids, sampled_row_indices=[int(i) for i in d.index[d.ID.isin(ids)]]))
        names = [c for c in testing.construct_panel_data(**args).dataset.columns if c.startswith("placebo_")]
        ms = testing._mean_squared_rms_placebos_from_plan(dataset=testing.construct_panel_data(**args).dataset, placebo_names=names, no_lambda=5, subsample_plan=plan)
        vn = float(np.sqrt(np.mean((np.array(ms[:-1]) - ms[-1]) ** 2)))
        m = eq.rms_equiv_test(**args, subsample_plan=plan)
        assert abs(m.minimum_equiv_threshold ** 2 - (ms[-1] - testing._w_critical_value(0.05) * vn)) < 1e-12
        out.append(dict(type="rms", vcov="iid", alpha=0.05, threshold=0, statistic=m.rms_placebo_coefficients, vn=vn, order=order))
    far = float(np.round(out[0]["statistic"] + 8 * max(out[0]["std_error"]), 6))  # where the constrained residuals are larger
    for method, threshold in (("boot", threshold), ("wild", threshold), ("boot", far), ("wild", far)):
        m = eq.max_equiv_test(**args, method=method, equiv_threshold=threshold, B=DRAWS, seed=11, alpha=0.1)
        fit = testing._fit_within_twoway_fe_model(dataset=m.preprocessed_data, placebo_names=m.placebo_names)
        draws = np.sort(testing._generate_internal_bootstrap_maxcoefs_from_fit(fit=fit, method=method.upper(), equiv_threshold=threshold, B=DRAWS, rng=np.random.default_rng(12)))
        lo, hi = (draws[int(DRAWS * (0.1 + s * 5 * np.sqrt(0.1 * 0.9 / DRAWS)))] for s in (-1, 1))
        out.append(dict(type="max", method=method, vcov="iid", alpha=0.1, threshold=threshold, statistic=m.max_abs_coefficient, critical=[m.bootstrap_critical_value], low=lo, high=hi, p=float((draws <= m.max_abs_coefficient).mean()), reject=bool(m.reject_null_hypothesis)))
    cases.append(dict(id=id, program="EquiTrends", version=md.version("EquiTrends"), call="max_equiv_test, mean_equiv_test, rms_equiv_test", data=f"data/{data.name}", unit=unit, time=time, gen=gen, **{"if": cond},
                      formula=f"{y} ~ {' + '.join(controls) or '1'}", treat=treat, tests=out))
    print(id, [(t["type"], t.get("method"), t.get("minimum"), t.get("critical")) for t in out])
table = {0.010: -4.2329959, 0.025: -2.9047318, 0.050: -2.1431720, 0.100: -1.4601327, 0.200: -0.8561188, 0.800: 0.8344549, 0.900: 1.4928501, 0.950: 2.2003307, 0.975: 3.0065821, 0.990: 4.1150156}
w = [dict(alpha=a, printed=q, simulated=testing._compute_w_quantile_monte_carlo(a, n_simulations=4_000_000, seed=5)) for a, q in table.items()]
print(w)
(pathlib.Path(__file__).parent / "equivalence.json").write_text(json.dumps(dict(cases=cases, w=w), indent=1))
