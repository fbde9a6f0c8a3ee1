"""Remakes moderndid.json: pip install moderndid==0.2.0 csdid==0.4.3 pandas; python make.py, from this folder."""

import json
import math
import warnings
from importlib.metadata import version

import moderndid
import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
DATA = "testdata/reference/data/balanced.csv"


def number(x):
    x = float(x)
    return None if math.isnan(x) else x


def case(df, id, control, est, base, covariates, weights=None):
    r = moderndid.att_gt(df, yname="y", tname="time", idname="unit", gname="g", xformla="~ " + covariates, est_method=est,
                         control_group=control, base_period=base, weightsname=weights, boot=False, cband=False)
    att, se = r.att_gt, r.se_gt
    out = {
        "id": id, "program": "moderndid", "version": version("moderndid"),
        "call": f"att_gt(d, yname='y', tname='time', idname='unit', gname='cohort, 0 if never', xformla='~ {covariates}', est_method={est!r}, "
                f"control_group={control!r}, base_period={base!r}, weightsname={weights!r}, boot=False, cband=False)",
        "method": "cs", "data": DATA, "covariates": covariates, "control": {"nevertreated": "never", "notyettreated": "notyet"}[control],
        "est": est, "base": base, "weights": weights or "",
        "group_time": [[number(g), number(t), number(a), number(s)] for g, t, a, s in zip(r.groups, r.times, att, se)],
        "averages": {},
    }
    for kind in ("simple", "dynamic", "group", "calendar"):
        a = moderndid.aggte(r, type=kind, boot=False, cband=False)
        out["averages"][kind] = [number(a.overall_att), number(a.overall_se)]
        key = {"dynamic": "by_event", "group": "by_cohort", "calendar": "by_time"}.get(kind)
        if key:
            out[key] = [[number(e), number(b), number(s)] for e, b, s in zip(a.event_times, a.att_by_event, a.se_by_event)]
    return out


def improved(df):
    """One cell of the improved doubly robust estimator, which att_gt does not offer."""
    rows = []
    for t in (2005, 2007):
        wide = df[df["g"].isin([0, 2005])].pivot(index="unit", columns="time", values=["y", "x1", "g"])
        d = (wide["g"][2004] == 2005).to_numpy(float)
        x = np.column_stack([np.ones(len(d)), wide["x1"][2004].to_numpy(float)])
        r = moderndid.drdid_imp_panel(wide["y"][t].to_numpy(float), wide["y"][2004].to_numpy(float), d, x, influence_func=True)
        rows.append([2005, t, float(r.att), float(r.se)])
    return {"id": "nevertreated_drimp_x1", "program": "moderndid", "version": version("moderndid"),
            "call": "drdid_imp_panel(y of 2005 and 2007, y of 2004, cohort 2005, constant and x1 of 2004), never-treated units", "method": "cs", "data": DATA,
            "covariates": "x1", "control": "never", "est": "drimp", "base": "varying", "group_time": rows}


def main():
    df = pd.read_csv("../data/balanced.csv")
    df["g"] = df["cohort"].fillna(0)
    cases = []
    for control in ("nevertreated", "notyettreated"):
        for est in ("reg", "ipw", "dr"):
            cases.append(case(df, f"{control}_{est}_x1", control, est, "varying", "x1"))
    cases.append(improved(df))
    body = ",\n".join("  {\n" + ",\n".join(f"   {json.dumps(k)}: {json.dumps(v)}" for k, v in c.items()) + "\n  }" for c in cases)
    about = "Callaway & Sant'Anna by moderndid, with a covariate that changes over time."
    with open("moderndid.json", "w") as f:
        f.write('{\n "about": %s,\n "cases": [\n%s\n ]\n}\n' % (json.dumps(about), body))


main()
