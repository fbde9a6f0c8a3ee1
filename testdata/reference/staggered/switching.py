"""Remakes switching.json: moderndid's did_multiplegt and diff-diff's ChaisemartinDHaultfoeuille; python switching.py, from this folder."""

import json
import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd
import polars as pl
from diff_diff import ChaisemartinDHaultfoeuille
from moderndid import did_multiplegt

warnings.filterwarnings("ignore")
DATA = "testdata/reference/data/switching.csv"


def simulate():
    """150 units over 9 periods: treatment may switch on, off and back; some outcomes missing, a weight, regions of units."""
    rng = np.random.default_rng(24)
    rows = []
    for u in range(1, 151):
        d = int(rng.random() < 0.35)
        level, weight = rng.normal(), round(float(0.5 + 2 * rng.random()), 3)
        changes = sorted(rng.choice(np.arange(2, 10), size=int(rng.choice([0, 1, 2], p=[0.3, 0.4, 0.3])), replace=False))
        for t in range(1, 10):
            if t in changes:
                d = 1 - d
            y = level + 0.2 * t + d * (0.6 + 0.05 * t) + rng.normal()
            rows.append([u, t, d, "" if rng.random() < 0.04 else round(y, 4), weight, (u - 1) // 5 + 1])
    pd.DataFrame(rows, columns=["unit", "time", "d", "y", "w", "region"]).to_csv("../../../" + DATA, index=False)


def simulate_off():
    """The panel behind StatsPAI's rows off_*, which it draws and does not keep: 180 units over 6 periods, numpy's generator 9, all digits."""
    rng = np.random.default_rng(9)
    rows = []
    for u in range(1, 181):
        level, d = rng.normal(), 0
        for t in range(1, 7):
            turn = rng.random() < (0.3 if t == 1 else 0.25)
            d = 1 - d if turn else d
            rows.append([u, t, d, level + 0.25 * t + 1.2 * d + rng.normal(0, 0.6)])
    pd.DataFrame(rows, columns=["unit", "time", "d", "y"]).to_csv("../../../testdata/reference/data/switching_off.csv", index=False)


count = pl.Expr.n_unique


def clustered(id, effects, placebo, switchers):
    """moderndid 0.2.0 counts missing as one cluster more in the degrees of freedom of those not switched: here it does not."""
    pl.Expr.n_unique = lambda e: count(e.drop_nulls())
    c = modern(id, effects, placebo, switchers, cluster="region", missing=False)
    pl.Expr.n_unique = count
    return c | {"call": c["call"] + ", missing values not counted as a cluster"}


def modern(id, effects, placebo, switchers="", normalized=False, weights=False, cluster=None, missing=True):
    d = pl.read_csv("../../../" + DATA)
    if not missing:
        gone = d.filter(pl.col("y").is_null())["unit"].unique().to_list()
        d = d.filter(~pl.col("unit").is_in(gone))
    r = did_multiplegt(d, yname="y", tname="time", idname="unit", dname="d", effects=effects, placebo=placebo, switchers=switchers,
                       normalized=normalized, weightsname="w" if weights else None, cluster=cluster)
    call = f"did_multiplegt(effects={effects}, placebo={placebo}, switchers='{switchers}', normalized={normalized}, weightsname={'w' if weights else None}, cluster={cluster})"
    turn = -1 if switchers == "out" else 1  # moderndid leaves effects of switching off with the sign of the change
    rows = [[-1 - l, turn * float(e), float(s), int(n)] for l, e, s, n in zip(range(1, placebo + 1), r.placebos.estimates, r.placebos.std_errors, r.placebos.n_switchers)][::-1] if placebo else []
    rows += [[l, turn * float(e), float(s), int(n)] for l, e, s, n in zip(range(effects), r.effects.estimates, r.effects.std_errors, r.effects.n_switchers)]
    return {"id": id, "program": "moderndid", "version": version("moderndid"), "call": call, "data": "switching", "window": [-1 - placebo, effects - 1], "switchers": switchers,
            "normalized": normalized, "weights": "w" if weights else "", "cluster": cluster or "", "missing": missing, "by_event": rows, "total": None}  # whose average takes doses of other switchers at each horizon


def diffdiff(id, horizon):
    d = pd.read_csv("../../../" + DATA)
    gone = d[d.y.isna()].unit.unique()
    d = d[~d.unit.isin(gone)]
    r = ChaisemartinDHaultfoeuille(twfe_diagnostic=False, drop_larger_lower=False).fit(d, outcome="y", unit="unit", time="time", treatment="d", L_max=horizon)
    rows = []
    for k, v in sorted(r.event_study_effects.items()):
        rows.append([int(k) - 1, float(v["effect"]), float(v["se"]), int(v["n_obs"])])
    for k, v in sorted((r.placebo_event_study or {}).items()):
        rows.append([int(k) - 1, float(v["effect"]), float(v["se"]), int(v["n_obs"])])
    return {"id": id, "program": "diff-diff", "version": version("diff-diff"), "call": f"ChaisemartinDHaultfoeuille(drop_larger_lower=False).fit(L_max={horizon})", "data": "switching",
            "window": [-1 - horizon, horizon - 1], "switchers": "", "normalized": False, "weights": "", "cluster": "", "missing": False, "by_event": sorted(r for r in rows if r[1] == r[1]), "total": None,
            "other_errors": "without the factor for degrees of freedom, n/(n-1)"}


def definition(id, effects):
    """The average per unit of treatment, unit by unit as the paper defines it: sum of DID_gl over sum of the treatment's changes."""
    d = pd.read_csv("../../../" + DATA)
    Y, D = (d.pivot(index="unit", columns="time", values=v).to_numpy() for v in ("y", "d"))
    F = [next((t for t in range(D.shape[1]) if D[g, t] != D[g, 0]), D.shape[1]) for g in range(len(D))]
    top = bottom = 0.0
    for g in range(len(D)):
        for l in range(1, effects + 1):
            t, b = F[g] - 1 + l, F[g] - 1
            if t >= D.shape[1]:
                continue
            others = [Y[k, t] - Y[k, b] for k in range(len(D)) if D[k, 0] == D[g, 0] and F[k] > t]
            others = [x for x in others if x == x]
            change = Y[g, t] - Y[g, b]
            if change == change and others:
                sign = 1 - 2 * D[g, 0]
                top += sign * (change - np.mean(others))
                bottom += sign * (D[g, t] - D[g, 0])
    return {"id": id, "program": "definition", "version": "", "call": "sum of DID_gl over sum of D_gt - D_g1, brute force", "data": "switching", "window": [-2, effects - 1], "switchers": "",
            "normalized": False, "weights": "", "cluster": "", "missing": True, "by_event": [], "total": [top / bottom, 0]}


# Typed from StatsPAI's 78_multiplegt_dyn_Stata.json; R's DIDmultiplegtDYN 2.3.4 prints the same estimates.
STATA = {"id": "Stata", "program": "did_multiplegt_dyn (Stata 18)", "version": "", "call": "did_multiplegt_dyn y id t d, effects(4) placebo(2) cluster(id)", "data": "78_multiplegt_dyn",
         "window": [-3, 3], "switchers": "", "normalized": False, "weights": "", "cluster": "", "missing": True,
         "by_event": [[-3, 0.066331590013619907, 0.12849792162974591, 89], [-2, -0.047624972416978099, 0.10160654523220471, 149], [0, 1.4633451797794099, 0.0974085251327481, 149],
                      [1, 1.3815647774361051, 0.095185798559888901, 149], [2, 1.330885416118792, 0.1272402321160343, 109], [3, 1.4067241959957639, 0.12652023624105271, 109]],
         "total": [1.3997888204372091, 0.082423911082918994]}

# Typed from the same file; R's DIDmultiplegtDYN 2.3.4 prints the same estimates.
STATA_OFF = {"id": "Stata_off", "program": "did_multiplegt_dyn (Stata 18)", "version": "", "call": "did_multiplegt_dyn y id t d, effects(2) placebo(1) cluster(id)", "data": "switching_off",
             "window": [-2, 1], "switchers": "", "normalized": False, "weights": "", "cluster": "", "missing": True,
             "by_event": [[-2, -0.088314872492195801, 0.1061610858465642, 84], [0, 1.269114437987783, 0.086274956663713098, 126], [1, 0.75856260005344156, 0.10166719072558381, 119]], "total": None}

if __name__ == "__main__":
    simulate()
    simulate_off()
    cases = [STATA, STATA_OFF, modern("in_missing", 4, 0, "in"), modern("in", 4, 3, "in", missing=False), modern("out", 4, 2, "out", missing=False),
             modern("in_normalized", 4, 2, "in", normalized=True, missing=False), modern("in_weights", 4, 2, "in", weights=True, missing=False),
             clustered("in_region", 4, 2, "in"), diffdiff("both", 3), diffdiff("both_far", 5),
             modern("both_errors", 4, 3, missing=False) | {"other_estimates": "moderndid pools switching on and off without turning the sign of the latter; an error does not know it"},
             definition("average", 4), definition("average_far", 6)]
    with open("switching.json", "w") as f:
        json.dump({"about": "Treatments that switch on and off, by periods since the first switch: [event time, estimate, error, switchers].", "cases": cases}, f, indent=1)
        f.write("\n")
    for c in cases:
        print(c["id"], c["total"], c["by_event"])
