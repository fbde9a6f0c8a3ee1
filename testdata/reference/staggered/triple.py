"""Remakes triple.json: moderndid's ddd_mp and diff-diff's StaggeredTripleDifference; python triple.py, from this folder."""

import json
import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd
from diff_diff import StaggeredTripleDifference
from moderndid.didtriple.estimators.ddd_mp import ddd_mp

warnings.filterwarnings("ignore")
DATA = "testdata/reference/data/triple.csv"


def simulate():
    """240 units over 6 periods: groups enabled in 3, 4 or never, half of the units eligible, a covariate of the unit."""
    rng = np.random.default_rng(77)
    rows = []
    for u in range(1, 241):
        g = int(rng.choice([3, 4, 0], p=[0.3, 0.3, 0.4]))
        q = int(rng.random() < 0.5 + 0.1 * (g == 3))
        x = round(float(rng.normal() + 0.3 * q + 0.2 * (g > 0)), 4)
        level = rng.normal()
        for t in range(1, 7):
            effect = 1 + 0.3 * (t - g) if g and q and t >= g else 0
            y = level + 0.3 * t + 0.2 * q * t + 0.1 * (g > 0) * t + 0.15 * x * t + effect + rng.normal()
            rows.append([u, t, g, q, x, (u - 1) // 6 + 1, round(y, 4)])
    pd.DataFrame(rows, columns=["unit", "time", "g", "q", "x", "region", "y"]).to_csv("../../../" + DATA, index=False)


def modern(id, est, base, covariates):
    d = pd.read_csv("../../../" + DATA)
    r = ddd_mp(d, "y", "time", "unit", "g", "q", covariate_cols=["x"] if covariates else None, control_group="nevertreated", base_period=base, est_method=est)
    cells = [[int(g), int(t), float(a), float(s)] for g, t, a, s in zip(r.groups, r.times, r.att, r.se) if s == s]
    return {"id": id, "program": "moderndid", "version": version("moderndid"), "call": f"ddd_mp(..., covariate_cols={['x'] if covariates else None}, control_group='nevertreated', base_period='{base}', est_method='{est}')",
            "control": "never", "est": est, "base": base, "covariates": "x" if covariates else "1", "group_time": cells}


def diffdiff(id, control, est, covariates):
    d = pd.read_csv("../../../" + DATA)
    r = StaggeredTripleDifference(estimation_method=est, control_group={"never": "nevertreated", "notyet": "notyettreated"}[control], base_period="varying").fit(
        d, "y", "unit", "time", "g", "q", covariates=["x"] if covariates else None, aggregate="all")
    cells = [[int(g), int(t), float(v["effect"]), float(v["se"])] for (g, t), v in sorted(r.group_time_effects.items())]
    if control == "notyet":  # its errors beside several cohorts divide by n - 1, all others by n: here by n throughout
        n = d.unit.nunique()
        cells = [[g, t, a, s * np.sqrt((n - 1) / n)] if (g, t) in [(3, 2), (3, 3), (4, 2)] else [g, t, a, s] for g, t, a, s in cells]
    events = [[int(k), float(v["effect"]), float(v["se"])] for k, v in sorted(r.event_study_effects.items()) if v["se"] == v["se"]]
    return {"id": id, "program": "diff-diff", "version": version("diff-diff"), "note": "errors of cells beside several cohorts times sqrt((n-1)/n), as its others are" if control == "notyet" else "",
            "call": f"StaggeredTripleDifference(estimation_method='{est}', control_group='{control}', base_period='varying').fit(covariates={['x'] if covariates else None})",
            "control": control, "est": est, "base": "varying", "covariates": "x" if covariates else "1", "group_time": cells, "by_event": events, "simple": [float(r.overall_att), float(r.overall_se)]}


if __name__ == "__main__":
    simulate()
    cases = [modern("never", "dr", "varying", False), modern("never_universal", "dr", "universal", False), modern("dr", "dr", "varying", True), modern("reg", "reg", "varying", True), modern("ipw", "ipw", "varying", True)]
    cases += [diffdiff("diff_never", "never", "dr", False), diffdiff("diff_dr", "never", "dr", True), diffdiff("notyet", "notyet", "dr", False), diffdiff("notyet_reg", "notyet", "reg", True)]
    with open("triple.json", "w") as f:
        json.dump({"about": "Triple differences: [cohort, period, estimate, error], [event time, estimate, error].", "cases": cases}, f, indent=1)
        f.write("\n")
    for c in cases:
        print(c["id"], c["group_time"][:3], c.get("by_event"), c.get("simple"))
