"""Remakes cross_sections.json: pip install csdid==0.4.3 pandas; python cross_sections.py, from this folder."""

import json
import math
import os
import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd
from csdid.att_gt import ATTgt

warnings.filterwarnings("ignore")
MPDTA = "../../../../shared/validation/mpdta.csv"
DATA = {"balanced": "testdata/reference/data/balanced.csv", "unbalanced": "testdata/reference/data/unbalanced.csv"}
SAMPLING = {"rows": {"panel": False}, "keep": {"panel": True, "allow_unbalanced_panel": True}, "balance": {"panel": True, "allow_unbalanced_panel": False}}


def number(x):
    x = float(x)
    return None if math.isnan(x) else x


def case(df, data, sampling, control, est, base, covariates, weights=None, anticipation=0):
    options = dict(control_group=[control], xformla="y ~ " + covariates, weights_name=weights, anticipation=anticipation, cband=False, **SAMPLING[sampling])
    options["idname"] = "unit" if sampling != "rows" else None
    m = ATTgt(yname="y", tname="time", gname="g", data=df.copy(), **options).fit(est_method=est, base_period=base, bstrap=False)
    r = m.results
    out = {
        "id": "_".join([data, sampling, control, est, base, covariates.replace(" + ", "+")] + ([weights] if weights else []) + ([f"anticipation{anticipation}"] if anticipation else [])),
        "program": "csdid", "version": version("csdid"),
        "call": "ATTgt(yname='y', tname='time', gname='cohort, 0 if never', " + ", ".join(f"{k}={v!r}" for k, v in options.items())
                + f").fit(est_method={est!r}, base_period={base!r}, bstrap=False)",
        "method": "cs", "sampling": sampling, "cohort": "cohort", "data": DATA.get(data, data), "covariates": covariates, "control": {"nevertreated": "never", "notyettreated": "notyet"}[control],
        "est": est, "base": base, "weights": weights or "", "anticipation": anticipation,
        "group_time": [[number(v) for v in row] for row in zip(r["group"], r["year"], r["att"], r["se"])],
        "averages": {},
    }
    out["group_time"] = [row for row in out["group_time"] if row[2] is not None]  # no estimate
    for kind in ("simple", "dynamic", "group", "calendar"):
        a = m.aggte(typec=kind, na_rm=True, bstrap=False, cband=False).atte
        out["averages"][kind] = [number(a["overall_att"]), number(np.ravel(a["overall_se"])[0])]
        key = {"dynamic": "by_event", "group": "by_cohort", "calendar": "by_time"}.get(kind)
        if key:
            out[key] = [[number(v) for v in row] for row in zip(a["egt"], a["att_egt"], np.ravel(a["se_egt"]))]
    return out


def main():
    cases = []
    if os.path.exists(MPDTA):  # the did package's own data, not kept here
        df = pd.read_csv(MPDTA).rename(columns={"lemp": "y", "year": "time", "countyreal": "unit", "first.treat": "g"})
        for est in ("dr", "reg", "ipw"):
            cases.append(case(df, "mpdta", "rows", "nevertreated", est, "varying", "lpop"))
            cases[-1]["cohort"] = "first.treat"
    for data in DATA:
        df = pd.read_csv("../data/" + data + ".csv")
        df["g"] = df["cohort"].fillna(0)
        for sampling in ("rows", "keep", "balance"):
            if data == "balanced" and sampling != "rows":
                continue  # the panel's own cases stand in moderndid.json
            for control, est, base, covariates, weights, anticipation in [
                ("nevertreated", "dr", "varying", "1", None, 0),
                ("notyettreated", "dr", "universal", "1", None, 0),
                ("nevertreated", "reg", "varying", "x1 + x2", None, 0),
                ("nevertreated", "ipw", "varying", "x1 + x2", None, 0),
                ("nevertreated", "dr", "varying", "x1 + x2", None, 0),
                ("notyettreated", "reg", "varying", "x1", "w", 0),
                ("notyettreated", "ipw", "universal", "x1", "w", 0),
                ("notyettreated", "dr", "varying", "x1", "w", 0),
                ("nevertreated", "dr", "universal", "x1", None, 1),
            ]:
                try:
                    cases.append(case(df, data, sampling, control, est, base, covariates, weights, anticipation))
                except Exception as e:
                    print(data, sampling, control, est, base, covariates, weights, repr(e)[:150])
    body = ",\n".join("  {\n" + ",\n".join(f"   {json.dumps(k)}: {json.dumps(v)}" for k, v in c.items()) + "\n  }" for c in cases)
    about = "Callaway & Sant'Anna by csdid, a port of R's did, on repeated cross-sections (sampling rows) and on a panel with gaps, all rows kept or units with gaps left out."
    with open("cross_sections.json", "w") as f:
        f.write('{\n "about": %s,\n "cases": [\n%s\n ]\n}\n' % (json.dumps(about), body))


main()
