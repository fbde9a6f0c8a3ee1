"""Remakes awkward.json and its panels under ../data: every second year, units named by text, outcomes of 1e6 (biennial.csv); rows, and a
cohort's period before adoption, missing, units treated at once, cohorts of one unit, controls that differ by cohort, weights (gappy.csv).
pip install diff-diff==3.13.0 moderndid==0.2.0 pyfixest==0.60.0; python awkward_panels.py, from this folder."""

import json
import warnings
from importlib.metadata import version

import diff_diff
import moderndid
import numpy as np
import pandas as pd
import pyfixest as pf

warnings.filterwarnings("ignore")
DATA = "testdata/reference/data/"


def simulate(seed, starts, times, scale, digits):
    rng = np.random.default_rng(seed)
    starts, n, T = np.array(starts), len(starts), len(times)
    level, shock = rng.normal(size=n), np.cumsum(rng.normal(size=T))
    z = (rng.normal(size=n) + 0.8 * (starts > 0) * (starts - np.mean(times)) / np.std(times)).round(4)
    rows = []
    for i in range(n):
        for k, t in enumerate(times):
            d = int(starts[i] > 0 and t >= starts[i])
            x = round(z[i] + 0.5 * rng.normal(), 4)
            y = level[i] + shock[k] + 0.4 * x + 0.2 * z[i] * k / T + d * (0.5 + 0.15 * (t - starts[i]) + 0.3 * (i % 3)) + rng.normal()
            rows.append((i + 1, t, round(y * scale, digits), x, z[i], round(0.3 + 2 * rng.random(), 3), d))
    return pd.DataFrame(rows, columns="unit time y x z w d".split())


def read(data, covariates="1"):
    d = pd.read_csv("../../../" + data)
    d["g"] = d.unit.map(d[d.d == 1].groupby("unit").time.min()).fillna(0).astype(int)
    d["first"] = d.groupby("unit").time.transform("min")
    d = d[(d.g == 0) | (d.g > d["first"])].sort_values(["unit", "time"]).reset_index(drop=True)
    d["unit"] = pd.factorize(d.unit)[0]
    return d if covariates == "1" else d.dropna(subset=[covariates])


def case(id, program, call, method, data, covariates="1", **more):
    return {"id": id, "program": program, "version": version(program), "call": call, "method": method, "data": DATA + data, "covariates": covariates, **more}


def extended(name, control):
    r = diff_diff.WooldridgeDiD(control_group={"notyet": "not_yet_treated", "never": "never_treated"}[control]).fit(read(DATA + name), outcome="y", unit="unit", time="time", first_treat="g")
    return case(f"{name}_etwfe_{control}", "diff-diff", f"WooldridgeDiD(control_group of {control}).fit(d, 'y', 'unit', 'time', 'g')", "etwfe", name, control=control,
                group_time=[[int(g), int(t), v["att"], v["se"]] for (g, t), v in r.group_time_effects.items() if v["se"] > 0],
                averages={"simple": [float(r.overall_att), float(r.overall_se)]})


def cells(name, method, covariates="1", weights=""):
    """The regression on dummies of cohorts by periods, each cohort's last period before adoption left out, by pyfixest."""
    d = read(DATA + name, covariates)
    unit = 10.0 ** np.floor(np.log10(d.y.abs().max()))  # of measurement, as pyfixest's stopping rule does not know it
    d["y"] /= unit
    base = {g: d[(d.g == g) & (d.time < g)].time.max() for g in d.g.unique() if g > 0}
    keys = sorted({(g, t) for g, t in zip(d.g, d.time) if g > 0 and t != base[g]})
    for k, (g, t) in enumerate(keys):
        d[f"cell{k}"] = ((d.g == g) & (d.time == t)).astype(float)
    f = "y ~ " + " + ".join([f"cell{k}" for k in range(len(keys))] + ([] if covariates == "1" else [covariates])) + " | unit + time"
    fit = pf.feols(f, d, vcov={"CRV1": "unit"}, weights=weights or None, collin_tol=1e-12, demeaner=pf.MapDemeaner(fixef_tol=1e-12, fixef_maxiter=100000))
    b, v = fit.coef() * unit, pd.DataFrame(fit._vcov * unit**2, index=fit._coefnames, columns=fit._coefnames)
    mass = [float(((d.g == g) & (d.time == t)).astype(float) @ (d[weights] if weights else np.ones(len(d)))) for g, t in keys]

    def average(belongs):
        at = [k for k, key in enumerate(keys) if belongs(*key)]
        share, names = np.array([mass[k] for k in at]), [f"cell{k}" for k in at]
        share = share / share.sum()
        return [float(share @ b[names]), float(np.sqrt(share @ v.loc[names, names].to_numpy() @ share))]

    return case(f"{name}_{method}_{covariates}_{weights}", "pyfixest", "feols('y ~ dummies of cohorts by periods but the last before adoption | unit + time', CRV1 by unit)", method, name, covariates,
                control="never", weights=weights, group_time=[[int(g), int(t), float(b[f"cell{k}"]), float(np.sqrt(v.loc[f"cell{k}", f"cell{k}"]))] for k, (g, t) in enumerate(keys)],
                by_event=[[int(e), *average(lambda g, t: t - g == e)] for e in sorted({t - g for g, t in keys})], averages={"simple": average(lambda g, t: t >= g)})


def imputed(name, covariates):
    r = diff_diff.ImputationDiD().fit(read(DATA + name, covariates), outcome="y", unit="unit", time="time", first_treat="g", covariates=None if covariates == "1" else [covariates], aggregate="all")
    return case(f"{name}_imputation_{covariates}", "diff-diff", f"ImputationDiD().fit(d, 'y', 'unit', 'time', 'g', covariates {covariates}, aggregate='all')", "imputation", name, covariates,
                by_event=[[int(k), float(v["effect"]), float(v["se"])] for k, v in r.event_study_effects.items() if k >= 0],
                by_cohort=[[int(k), float(v["effect"]), float(v["se"])] for k, v in r.group_effects.items()], averages={"simple": [float(r.overall_att), float(r.overall_se)]})


def stacked(name, control, pre, post):
    r = diff_diff.StackedDiD(kappa_pre=pre, kappa_post=post, control_group={"notyet": "not_yet_treated", "never": "never_treated"}[control]).fit(
        read(DATA + name), outcome="y", unit="unit", time="time", first_treat="g")
    return case(f"{name}_stacked_{control}", "diff-diff", f"StackedDiD(kappa_pre={pre}, kappa_post={post}, control_group of {control}).fit(d, 'y', 'unit', 'time', 'g')", "stacked", name,
                control=control, stack="aggregate", window=[-pre, post], by_event=[[int(k), float(v["effect"]), float(v["se"])] for k, v in sorted(r.event_study_effects.items()) if k != -1],
                averages={"dynamic": [float(r.overall_att), float(r.overall_se)]})


def projections(name, pre, post, **options):
    r = diff_diff.LPDiD(pre_window=pre, post_window=post, **options).fit(read(DATA + name), outcome="y", unit="unit", time="time", treatment="d")
    e, p = r.event_study, r.pooled.set_index("window")
    return case(f"{name}_lpdid_{len(options)}", "diff-diff", f"LPDiD(pre_window={pre}, post_window={post}, {options}).fit(d, 'y', 'unit', 'time', 'd')", "lpdid", name, reweight=bool(options),
                window=[-pre, post], by_event=[[int(h), float(b), float(s)] for h, b, s in zip(e.horizon, e.coefficient, e.se) if h != -1],
                averages={"pooled": [float(p.coefficient["post"]), float(p.se["post"])]})


def group_times(name, control, est, covariates):
    r = moderndid.att_gt(read(DATA + name, covariates), yname="y", tname="time", idname="unit", gname="g", xformla="~ " + covariates, est_method=est,
                         control_group={"never": "nevertreated", "notyet": "notyettreated"}[control], boot=False, cband=False)
    out = case(f"{name}_cs_{control}_{est}_{covariates}", "moderndid", f"att_gt(d, 'y', 'time', 'unit', 'g', '~ {covariates}', est_method='{est}', control_group of {control}, boot=False)", "cs", name,
               covariates, control=control, est=est, averages={},
               group_time=[[int(g), int(t), float(a), float(s)] for g, t, a, s in zip(r.groups, r.times, r.att_gt, r.se_gt) if s > 0])
    for kind in ("simple", "dynamic", "group", "calendar"):
        a = moderndid.aggte(r, type=kind, boot=False, cband=False, na_rm=True)
        out["averages"][kind] = [float(a.overall_att), float(a.overall_se)]
    return out


def main():
    d = simulate(13, [0] * 10 + [2004] * 8 + [2008] * 7 + [2012] * 9, range(1998, 2018, 2), 1e6, 0)
    d["unit"] = [f"u{i:02d}" for i in d.unit]
    d.sample(frac=1, random_state=1).to_csv("../data/biennial.csv", index=False)
    d = simulate(11, [0] * 14 + [2003] * 6 + [2005] * 9 + [2006] + [2008] * 7 + [2000] * 3, range(2000, 2010), 1, 5)
    gone = (np.random.default_rng(7).random(len(d)) < 0.06) | (d.unit.between(16, 20) & (d.time == 2003)) | (d.unit.between(31, 37) & (d.time == 2007)) & (d.d == 0)
    d[~gone].sample(frac=1, random_state=2).to_csv("../data/gappy.csv", index=False)
    cases = [extended("biennial.csv", "never"), extended("biennial.csv", "notyet"), extended("gappy.csv", "notyet"), cells("biennial.csv", "etwfe"), cells("gappy.csv", "etwfe")]
    cases += [cells(n, "sunab", x, w) for n in ("biennial.csv", "gappy.csv") for x in ("1", "x") for w in ("", "w")]
    cases += [imputed(n, x) for n in ("biennial.csv", "gappy.csv") for x in ("1", "x")]
    cases += [stacked("gappy.csv", c, 2, 1) for c in ("never", "notyet")] + [projections("gappy.csv", 2, 1), projections("gappy.csv", 2, 1, reweight=True)]
    cases += [group_times(n, c, e, x) for n in ("biennial.csv", "gappy.csv") for c in ("never", "notyet") for e, x in (("reg", "1"), ("dr", "x"), ("ipw", "x"))]
    body = ",\n".join("  " + json.dumps(c) for c in cases)
    with open("awkward.json", "w") as f:
        f.write('{\n "about": "All methods on panels with gaps in time, by diff-diff, moderndid and pyfixest.",\n "cases": [\n%s\n ]\n}\n' % body)


main()
