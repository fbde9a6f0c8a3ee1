"""Remakes lpdid_options.json: diff-diff's LPDiD; python local_projection_options.py, from this folder."""

import json
import warnings
from importlib.metadata import version

import diff_diff
import pandas as pd
import pyfixest as pf

warnings.filterwarnings("ignore")
BALANCED, UNBALANCED = "testdata/reference/data/balanced.csv", "testdata/reference/data/unbalanced.csv"


def read(data):
    if data == "castle":
        d = pd.read_csv("../../../data/castle.csv")
        first = d.sid.map(d[d.post == 1].groupby("sid").year.min() - 1)
        d["d"] = (d.year >= first).astype(int)
        return d.rename(columns={"sid": "unit", "year": "time", "l_homicide": "y"})
    return pd.read_csv("../../../" + data)


def case(id, data, pre, post, covariates="1", ylags=0, dylags=0, ours=None, **options):
    d = read(data).dropna(subset=["y"])
    names = [] if covariates == "1" else covariates.split(" + ")
    r = diff_diff.LPDiD(pre_window=pre, post_window=post, **options).fit(d, outcome="y", unit="unit", time="time", treatment="d", covariates=names, ylags=ylags, dylags=dylags)
    e = r.event_study
    events = [[int(h), float(b), float(s), float(lo), float(hi)] for h, b, s, lo, hi in zip(e.horizon, e.coefficient, e.se, e.conf_low, e.conf_high) if h != -1 and s > 1e-12]  # a lagged change tells the change to horizon -2 exactly
    pooled = r.pooled.set_index("window")
    averages = {"pooled": [float(pooled[k]["post"]) for k in ("coefficient", "se", "conf_low", "conf_high")]}
    if "pre" in pooled.index and pooled.se["pre"] > 1e-12:
        averages["pooled_before"] = [float(pooled.coefficient["pre"]), float(pooled.se["pre"])]
    pmd = options.get("pmd", 0)
    return {"id": id, "program": "diff-diff", "version": version("diff-diff"),
            "call": f"LPDiD(pre_window={pre}, post_window={post}, {options}).fit(d, 'y', 'unit', 'time', 'd', covariates={names}, ylags={ylags}, dylags={dylags})",
            "method": "lpdid", "data": data, "covariates": ours or covariates, "control": "never" if options.get("control_group") == "never_treated" else "",
            "reweight": options.get("reweight", False), "premean": -1 if pmd == "max" else pmd or 0, "no_composition": options.get("no_composition", False),
            "window": [-pre, post], "by_event": events, "averages": averages}


cases = []
for name, data, pre, post, x in (("balanced", BALANCED, 3, 2, "x1 + x2"), ("castle", "castle", 4, 1, "poverty + unemployrt"), ("unbalanced", UNBALANCED, 2, 1, "x1")):
    cases += [case(name, data, pre, post), case(f"{name}_controls", data, pre, post, x), case(f"{name}_reweight", data, pre, post, reweight=True),
              case(f"{name}_adjusted", data, pre, post, x, reweight=True), case(f"{name}_never", data, pre, post, control_group="never_treated"),
              case(f"{name}_never_adjusted", data, pre, post, x, control_group="never_treated", reweight=True),
              case(f"{name}_nocomp", data, pre, post, no_composition=True), case(f"{name}_nocomp_reweight", data, pre, post, no_composition=True, reweight=True),
              case(f"{name}_premean", data, pre, post, pmd="max"), case(f"{name}_premean_2", data, pre, post, pmd=2),
              case(f"{name}_lag", data, pre, post, ylags=1, ours="l(y, 1)" if name != "castle" else "l(l_homicide, 1)"),
              case(f"{name}_change", data, pre, post, dylags=1, ours="l(d(y), 1)" if name != "castle" else "l(d(l_homicide), 1)"),
              case(f"{name}_premean_adjusted", data, pre, post, x, pmd="max", reweight=True, no_composition=True)]


def last_before(data):
    """The effect at event time -1 where the base is the mean of all periods before: y_{t-1} less that, on adopting rows and untreated ones."""
    d = read(data).sort_values(["unit", "time"])
    by = d.groupby("unit")
    d["change"] = by.y.shift(1) - by.y.transform(lambda y: y.shift(1).expanding().mean())
    d["adopts"] = d.d - by.d.shift(1)
    d = d[(d.adopts == 1) | (d.d == 0)].dropna(subset=["change", "adopts"])
    t = pf.feols("change ~ adopts | time", d, vcov={"CRV1": "unit"}).tidy().loc["adopts"]
    return {"id": "balanced_premean_last", "program": "pyfixest", "version": version("pyfixest"), "call": "feols('y of t - 1 less the mean before t ~ adopts | time')", "method": "lpdid",
            "data": data, "covariates": "1", "premean": -1, "window": [-3, 2], "by_event": [[-1, float(t["Estimate"]), float(t["Std. Error"])]]}


def weighted(data, horizons):
    """Rows weighted by w and the control x1, one regression a horizon."""
    d = read(data).sort_values(["unit", "time"])
    by = d.groupby("unit")
    d["adopts"] = d.d - by.d.shift(1)
    events = []
    for h in horizons:
        d["change"] = by.y.shift(-h) - by.y.shift(1)
        clean = (d.d == 0) & (by.d.shift(-max(h, 0)) == 0)
        s = d[(d.adopts == 1) | clean].dropna(subset=["change", "adopts"])
        t = pf.feols("change ~ adopts + x1 | time", s, vcov={"CRV1": "unit"}, weights="w", demeaner=pf.MapDemeaner(fixef_tol=1e-12)).tidy().loc["adopts"]
        events.append([h, float(t["Estimate"]), float(t["Std. Error"]), float(t["2.5%"]), float(t["97.5%"])])
    return {"id": "balanced_weighted", "program": "pyfixest", "version": version("pyfixest"), "call": "feols('change ~ adopts + x1 | time', weights='w')", "method": "lpdid",
            "data": data, "covariates": "x1", "weights": "w", "window": [min(horizons), max(horizons)], "by_event": events}


cases += [last_before(BALANCED), weighted(BALANCED, (-3, -2, 0, 1, 2))]
body = ",\n".join("  " + json.dumps(c) for c in cases)
with open("lpdid_options.json", "w") as f:
    f.write('{\n "about": "Local projections with controls, reweighting, other bases and controls by diff-diff.",\n "cases": [\n%s\n ]\n}\n' % body)
