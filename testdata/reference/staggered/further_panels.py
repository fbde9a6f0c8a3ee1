"""Remakes further.json and its panels under ../data: stacked, extended and local-projection regressions by diff-diff on panels in which everybody
is treated, one cohort or one unit is, on divorce laws and on the mathematics reform; python further_panels.py, from this folder."""

import json
import warnings
from importlib.metadata import version
from pathlib import Path

import diff_diff
import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
DATA, SHARED = "testdata/reference/data/", "../../../../shared/validation/"


def simulate(seed, cohorts, shares, units, periods):
    """Units x periods; effects grow with time; the last treated units are dealt out by share, at least one a cohort."""
    rng = np.random.default_rng(seed)
    start = np.concatenate([np.repeat(c, max(1, round(s * units))) for c, s in zip(cohorts, shares)])
    n = len(start)
    d = pd.DataFrame({"unit": np.repeat(np.arange(1, n + 1), periods), "time": np.tile(np.arange(1, periods + 1), n), "g": np.repeat(start, periods)})
    level, z = rng.normal(size=n), rng.normal(size=n).round(4)
    d["z"] = z[d.unit - 1]
    d["d"] = ((d.g > 0) & (d.time >= d.g)).astype(int)
    d["y"] = (level[d.unit - 1] + rng.normal(size=periods)[d.time - 1] + 0.3 * d.z * d.time / periods + d.d * (0.4 + 0.2 * (d.time - d.g)) + rng.normal(size=len(d))).round(6)
    return d.drop(columns="g")


def read(name):
    if name == "divorce":
        d = pd.read_csv(SHARED + "divorce_sw2006.csv")
        d = d[d.sex == 2].rename(columns={"st": "unit", "year": "time", "suiciderate_elast_jag": "y"})
        d["d"] = (d.time >= d.divyear).astype(int)
    elif name == "math_reform":
        d = pd.read_csv(SHARED + "math_reform.csv").rename(columns={"state": "unit", "class": "time", "incearn_ln": "y"})
        d["d"] = (d.time >= d.reformyr_math).astype(int)
    else:
        d = pd.read_csv("../../../" + name)
    d = d.dropna(subset=["y"])
    d["g"] = d.unit.map(d[d.d == 1].groupby("unit").time.min()).fillna(0).astype(int)
    d["first"] = d.groupby("unit").time.transform("min")
    return d[(d.g == 0) | (d.g > d["first"])].sort_values(["unit", "time"]).reset_index(drop=True)


def case(id, method, data, call, **more):
    return {"id": id, "program": "diff-diff", "version": version("diff-diff"), "call": call, "method": method, "data": data, "covariates": "1", **more}


def stacked(name, data, pre, post, control):
    d = read(data)
    d["unit"] = pd.factorize(d.unit)[0]
    r = diff_diff.StackedDiD(kappa_pre=pre, kappa_post=post, control_group={"notyet": "not_yet_treated", "never": "never_treated"}[control]).fit(
        d, outcome="y", unit="unit", time="time", first_treat="g")
    return case(f"{name}_stacked_{control}", "stacked", data, f"StackedDiD(kappa_pre={pre}, kappa_post={post}, control_group of {control}).fit(d, 'y', 'unit', 'time', 'g')",
                control=control, stack="aggregate", window=[-pre, post], by_event=[[int(k), float(v["effect"]), float(v["se"])] for k, v in sorted(r.event_study_effects.items()) if k != -1],
                averages={"dynamic": [float(r.overall_att), float(r.overall_se)]})


def projections(name, data, pre, post, **options):
    r = diff_diff.LPDiD(pre_window=pre, post_window=post, **options).fit(read(data), outcome="y", unit="unit", time="time", treatment="d")
    e, p = r.event_study, r.pooled.set_index("window")
    return case(f"{name}_lpdid" + ("_reweight" if options else ""), "lpdid", data, f"LPDiD(pre_window={pre}, post_window={post}, {options}).fit(d, 'y', 'unit', 'time', 'd')",
                reweight=bool(options), window=[-pre, post], by_event=[[int(h), float(b), float(s)] for h, b, s in zip(e.horizon, e.coefficient, e.se) if h != -1],
                averages={"pooled": [float(p.coefficient["post"]), float(p.se["post"])]})


def extended(name, data, control, names=()):
    r = diff_diff.WooldridgeDiD(control_group={"notyet": "not_yet_treated", "never": "never_treated"}[control]).fit(
        read(data), outcome="y", unit="unit", time="time", first_treat="g", exovar=list(names) or None)
    out = case(f"{name}_etwfe_{control}" + ("_z" if names else ""), "etwfe", data, f"WooldridgeDiD(control_group of {control}).fit(d, 'y', 'unit', 'time', 'g', exovar={list(names)})",
               control=control, group_time=[[int(g), int(t), v["att"], v["se"]] for (g, t), v in r.group_time_effects.items() if v["se"] > 0],
               averages={"simple": [float(r.overall_att), float(r.overall_se)]})
    if names:
        out["covariates"] = " + ".join(names)
    return out


def main():
    for name, d in (("all_treated", simulate(1, [4, 5, 7], [0.4, 0.3, 0.3], 40, 8)), ("one_cohort", simulate(2, [0, 5], [0.6, 0.4], 40, 8)), ("one_unit", simulate(3, [0, 5], [1, 0], 30, 8))):
        d.to_csv(Path("../data") / f"{name}.csv", index=False)
    cases = []
    for name, pre, post in (("all_treated", 2, 1), ("one_cohort", 3, 3), ("one_unit", 3, 3)):
        data = DATA + name + ".csv"
        cases += [stacked(name, data, pre, post, "notyet"), projections(name, data, pre, post), projections(name, data, pre, post, reweight=True), extended(name, data, "notyet")]
        if name != "all_treated":
            cases += [stacked(name, data, pre, post, "never"), extended(name, data, "never")]
        if name != "one_unit":
            cases.append(extended(name, data, "notyet", ["z"]))
    for name, pre, post in (("divorce", 5, 8), ("math_reform", 4, 3)):
        cases += [stacked(name, name, pre, post, "notyet"), stacked(name, name, pre, post, "never"), projections(name, name, pre, post),
                  projections(name, name, pre, post, reweight=True), extended(name, name, "notyet")]
    body = ",\n".join("  " + json.dumps(c, allow_nan=False) for c in cases)
    with open("further.json", "w") as f:
        f.write('{\n "about": "Stacked, extended and local-projection regressions by diff-diff on further panels.",\n "cases": [\n%s\n ]\n}\n' % body)


main()
