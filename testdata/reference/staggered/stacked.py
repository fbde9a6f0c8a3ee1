"""Remakes stacked.json: diff-diff's StackedDiD, and pyfixest's regression on a stack built here; python stacked.py, from this folder."""

import json
import warnings
from importlib.metadata import version

import diff_diff
import numpy as np
import pandas as pd
import pyfixest as pf

warnings.filterwarnings("ignore")
BALANCED, UNBALANCED = "testdata/reference/data/balanced.csv", "testdata/reference/data/unbalanced.csv"


def read(data, covariates="1"):
    """The data with y, unit, time and g, the first treated period, 0 if never; units treated in their first period are left out."""
    if data == "castle":
        d = pd.read_csv("../../../data/castle.csv")
        d["g"] = d.sid.map(d[d.post == 1].groupby("sid").year.min() - 1).fillna(0).astype(int)
        d = d.rename(columns={"sid": "unit", "year": "time", "l_homicide": "y"})
    else:
        d = pd.read_csv("../../../" + data)
        d["g"] = d.unit.map(d[d.d == 1].groupby("unit").time.min()).fillna(0).astype(int)
    d["first"] = d.groupby("unit").time.transform("min")
    d = d.dropna(subset=["y"] + [x for x in covariates.split(" + ") if x != "1"])
    return d[(d.g == 0) | (d.g > d["first"])].sort_values(["unit", "time"]).reset_index(drop=True)


def case(id, data, call, program, stack, control, window, events, averages, covariates="1", population=""):
    return {"id": id, "program": program, "version": version(program), "call": call, "method": "stacked", "data": data, "covariates": covariates,
            "control": control, "stack": stack, "population": population, "window": list(window), "by_event": events, "averages": averages}


def wing(id, data, weighting, control, pre, post, population=None):
    d = read(data)
    r = diff_diff.StackedDiD(kappa_pre=pre, kappa_post=post, weighting=weighting, control_group=control).fit(
        d, outcome="y", unit="unit", time="time", first_treat="g", population=population)
    events = [[int(k), float(v["effect"]), float(v["se"])] for k, v in sorted(r.event_study_effects.items()) if k != -1]
    return case(id, data, f"StackedDiD(kappa_pre={pre}, kappa_post={post}, weighting='{weighting}', control_group='{control}').fit(d, 'y', 'unit', 'time', 'g'"
                + (f", population='{population}')" if population else ")"), "diff-diff",
                {"sample_share": "sample"}.get(weighting, weighting), {"not_yet_treated": "notyet", "never_treated": "never"}[control], (-pre, post), events,
                {"dynamic": [float(r.overall_att), float(r.overall_se)]}, population=population or "")


def pile(d, pre, post, control, rows):
    """The stack of Cengiz et al., and the aggregate weights of Wing et al. by their formula, rows counting by their weights."""
    parts = []
    for g in sorted(x for x in d.g.unique() if x > 0):
        if g - pre < d.time.min() or g + post > d.time.max():
            continue
        clean = (d.g == 0) if control == "never" else (d.g == 0) | (d.g > g + post)
        if not clean.any():
            continue
        s = d[((d.g == g) | clean) & d.time.between(g - pre, g + post)].copy()
        s["exper"], s["event"], s["treated"] = g, s.time - g, (s.g == g).astype(float)
        parts.append(s)
    s = pd.concat(parts, ignore_index=True)
    s["rows"] = s[rows] if rows else 1.0
    n = lambda keys: s.groupby(keys)["rows"].transform("sum")
    q = (n(["event", "exper", "treated"]) / n(["event", "treated"]))
    share = s[s.treated == 1].assign(q=q).drop_duplicates(["event", "exper"]).set_index(["event", "exper"]).q
    both = s.join(share.rename("of_treated"), on=["event", "exper"])
    s["Q"] = np.where(s.treated == 1, 1.0, both.of_treated / q) * s["rows"]
    s["us"], s["ts"] = s.exper.astype(str) + "_" + s.unit.astype(str), s.exper.astype(str) + "_" + s.time.astype(str)
    s["after"] = s.treated * (s.event >= 0)
    return s


def regression(id, data, control, pre, post, stack, covariates="1", rows=""):
    s = pile(read(data, covariates), pre, post, control, rows)
    effects, weights = ("us + ts", rows or None) if stack == "none" else ("treated + event", "Q")
    more = "" if covariates == "1" else " + " + covariates
    f = f"y ~ i(event, treated, ref=-1){more} | {effects}"
    fit = pf.feols(f, s, vcov={"CRV1": "unit"}, weights=weights, demeaner=pf.MapDemeaner(fixef_tol=1e-12, fixef_maxiter=100000))
    t, v = fit.tidy(), pd.DataFrame(fit._vcov, index=fit._coefnames, columns=fit._coefnames)
    key = {k: int(float(k.split("[")[1].split("]")[0].replace("T.", ""))) if "[" in k else int(k.split("::")[1].split(":")[0]) for k in t.index if "event" in k}
    after = [k for k, e in key.items() if e >= 0]
    dynamic = [float(t.Estimate[after].mean()), float(np.sqrt(v.loc[after, after].to_numpy().sum())) / len(after)]
    static = pf.feols(f"y ~ after{more} | {effects}", s, vcov={"CRV1": "unit"}, weights=weights, demeaner=pf.MapDemeaner(fixef_tol=1e-12, fixef_maxiter=100000)).tidy().loc["after"]
    return case(id, data, f"feols('{f}', stack, vcov={{'CRV1': 'unit'}}, weights={weights})", "pyfixest", stack, control, (-pre, post),
                sorted([e, float(t.Estimate[k]), float(t["Std. Error"][k])] for k, e in key.items()),
                {"dynamic": dynamic, "static": [float(static["Estimate"]), float(static["Std. Error"])]}, covariates) | {"weights": rows}


cases = [wing("balanced_aggregate", BALANCED, "aggregate", "not_yet_treated", 2, 2), wing("balanced_never", BALANCED, "aggregate", "never_treated", 3, 1),
         wing("balanced_population", BALANCED, "population", "not_yet_treated", 2, 2, "region"), wing("balanced_sample", BALANCED, "sample_share", "not_yet_treated", 2, 2),
         wing("castle_aggregate", "castle", "aggregate", "not_yet_treated", 4, 1), wing("castle_never", "castle", "aggregate", "never_treated", 5, 1),
         wing("unbalanced_aggregate", UNBALANCED, "aggregate", "not_yet_treated", 2, 1)]
for name, data, control, pre, post in (("balanced", BALANCED, "notyet", 2, 2), ("castle", "castle", "never", 4, 1), ("unbalanced", UNBALANCED, "notyet", 2, 1)):
    more = "poverty" if name == "castle" else "x1 + x2"
    for stack in ("none", "aggregate"):
        cases += [regression(f"{name}_{stack}_regression", data, control, pre, post, stack), regression(f"{name}_{stack}_controls", data, control, pre, post, stack, more)]
for stack in ("none", "aggregate"):
    cases.append(regression(f"balanced_{stack}_weighted", BALANCED, "notyet", 2, 2, stack, "x1", "w"))
body = ",\n".join("  " + json.dumps(c) for c in cases)
with open("stacked.json", "w") as f:
    f.write('{\n "about": "The stacked regression by diff-diff, and by pyfixest on a stack.",\n "cases": [\n%s\n ]\n}\n' % body)
