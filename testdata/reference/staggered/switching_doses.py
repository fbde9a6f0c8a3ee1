"""Remakes switching_doses.json and data/doses.csv: py_did_multiplegt_dyn's effects of a treatment of several doses, with
controls, trends and further options; python switching_doses.py, from this folder."""

import contextlib
import io
import json
import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd
import polars as pl
import statsmodels.formula.api as smf
from did_multiplegt_dyn import DidMultiplegtDyn

warnings.filterwarnings("ignore")
DATA = "../data/doses.csv"


def simulate():
    """200 units over 9 periods: d of doses 0 to 3 that goes up and down, b of 0 and 1 from 0 on; some y and d missing; controls
    x and z that move with both, a weight, regions and zones of units."""
    rng = np.random.default_rng(78)
    rows = []
    for u in range(1, 201):
        dose = int(rng.choice([0, 0, 1, 2]))
        level, slope, weight = rng.normal(), 0.1 * rng.normal(), round(float(0.5 + 2 * rng.random()), 3)
        zone = int(rng.integers(1, 4))
        up = rng.random() < 0.5
        changes = sorted(rng.choice(np.arange(2, 10), size=int(rng.choice([0, 1, 2], p=[0.35, 0.35, 0.3])), replace=False))
        start = int(rng.choice([0, 3, 4, 5, 6, 7], p=[0.35, 0.13, 0.13, 0.13, 0.13, 0.13]))
        end = start + int(rng.integers(1, 5)) if rng.random() < 0.3 else 99
        first = dose
        x = rng.normal()
        for t in range(1, 10):
            if t in changes:
                step = int(rng.integers(1, 3))
                dose = min(3, dose + step) if up or dose == 0 else max(0, dose - step)
                if rng.random() < 0.06:
                    dose = 3 - first if 3 - first != first else dose
            b = int(start > 0 and start <= t < end)
            x = 0.7 * x + rng.normal() + 0.2 * b
            z = 0.3 * t * (1 + 0.3 * zone) + rng.normal()
            y = level + slope * t + (0.2 + 0.1 * zone) * t + 0.5 * dose + 0.8 * b + 0.4 * x - 0.3 * z + rng.normal()
            rows.append([u, t, "" if rng.random() < 0.02 else dose, b, "" if rng.random() < 0.03 else round(y, 4), round(x, 4), round(z, 4), weight, (u - 1) // 5 + 1, zone])
    pd.DataFrame(rows, columns=["unit", "time", "d", "b", "y", "x", "z", "w", "region", "zone"]).to_csv(DATA, index=False)


count, wls = pl.Expr.n_unique, smf.wls


@contextlib.contextmanager
def mended(how):
    """Two places in which 0.1.9 departs from its own regression of the outcome's change on controls' changes, set right: with
    clusters, missing is counted as one more; with trends_nonparam, the residual is taken from periods, not periods of each zone."""
    if how == "clusters":
        pl.Expr.n_unique = lambda e: count(e.drop_nulls())
    if how == "zones":
        smf.wls = lambda formula, **k: wls(formula.replace("C(time_FE_XX)", "C(time_FE_XX):C(zone)"), **k)
    yield
    pl.Expr.n_unique, smf.wls = count, wls


def by_hand(effects, placebo):
    """Effects of the units seen at all event times, by the definition."""
    d = pd.read_csv(DATA)
    Y, D = (d.pivot(index="unit", columns="time", values=v).to_numpy() for v in ("y", "d"))
    T = Y.shape[1]
    base, F, seen = [], [], Y.copy()
    for g in range(len(D)):
        known = [t for t in range(T) if D[g, t] == D[g, t]]
        b = D[g, known[0]]
        f = next((t for t in known if D[g, t] != b), T)
        before = max(t for t in known if t < f)
        seen[g, : known[0]] = np.nan
        if f == T or before < f - 1:
            f = T
            seen[g, before + 1 :] = np.nan
        over = [t for t in range(f, T) if np.nanmax(D[g, f : t + 1]) > b > np.nanmin(D[g, f : t + 1])]
        if over:
            seen[g, over[0] :] = np.nan
        base.append(b)
        F.append(f)
    rows = []
    last = {b: max(F[g] if F[g] < T else 1 + max(t for t in range(T) if D[g, t] == D[g, t]) for g in range(len(D)) if base[g] == b) - 1 for b in set(base)}
    for l in range(1, effects + 1):
        total, n = 0.0, 0
        for g in range(len(D)):
            t, at = F[g] - 1 + l, F[g] - 1
            if F[g] == T or F[g] - 1 - placebo < 0 or F[g] - 1 + effects > last[base[g]] or np.isnan(seen[g, F[g] - 1 - placebo : F[g] + effects]).any():
                continue
            others = [seen[k, t] - seen[k, at] for k in range(len(D)) if base[k] == base[g] and F[k] > t]
            others = [x for x in others if x == x]
            if others:
                total += np.sign(D[g, F[g]] - base[g]) * (seen[g, t] - seen[g, at] - np.mean(others))
                n += 1
        rows.append([l - 1.0, total / n, None, float(n)])
    return rows


def case(id, treat, effects, placebo, missing=False, mend="", first=None, note="", **options):
    d = pl.read_csv(DATA)
    if first is not None:
        d = d.filter(pl.col("unit").is_in(d.filter((pl.col("time") == 1) & (pl.col(treat) == first))["unit"].to_list()))
    if not missing:
        gone = d.filter(pl.col("y").is_null() | pl.col("d").is_null())["unit"].unique().to_list()
        d = d.filter(~pl.col("unit").is_in(gone))
    with contextlib.redirect_stdout(io.StringIO()), mended(mend):
        m = DidMultiplegtDyn(d, outcome="y", group="unit", time="time", treatment=treat, effects=effects, placebo=placebo, **options)
        m.fit()
        r = m.result["did_multiplegt_dyn"]
    rows = []
    if placebo:
        p = r["Placebos"]
        rows += [[-1.0 - l, float(p.iloc[l - 1]["Estimate"]), float(p.iloc[l - 1]["SE"]), float(p.iloc[l - 1]["Switchers"])] for l in range(len(p), 0, -1)]
    e = r["Effects"]
    rows += [[float(l), float(e.iloc[l]["Estimate"]), float(e.iloc[l]["SE"]), float(e.iloc[l]["Switchers"])] for l in range(len(e))]
    total = None
    if "ATE" in r and r["ATE"] is not None:
        total = [float(r["ATE"].iloc[0]["Estimate"]), float(r["ATE"].iloc[0]["SE"])]
    if total and total[0] != total[0]:  # none with linear trends
        total = None
    if options.get("same_switchers_pl"):  # 0.1.9 shows effects of the units seen at all effects, where the command's help has those seen at placebos too
        rows = rows[:placebo] + by_hand(effects, placebo)
        total = None
    if options.get("trends_lin"):  # the numbers of switchers printed are those of the last effect
        for r in rows[1 if placebo else 0 : -1]:
            r[3] = None
    said = ", ".join([f"effects={effects}", f"placebo={placebo}"] + [f"{k}={v!r}" for k, v in options.items()])
    c = {"id": id, "program": "py_did_multiplegt_dyn", "version": version("py_did_multiplegt_dyn"), "call": f"DidMultiplegtDyn(df, 'y', 'unit', 'time', '{treat}', {said})",
         "data": "doses", "treat": treat, "window": [-1 - placebo, effects - 1], "missing": missing, "first": first, "options": options, "by_event": rows, "total": total}
    if mend:
        c["call"] += {"clusters": ", missing not counted as a cluster", "zones": ", residuals from periods of each zone"}[mend]
    if note:
        c["other_errors"] = note
    print(id, total, *rows, sep="\n  ")
    return c


if __name__ == "__main__":
    simulate()
    cases = [
        case("doses", "d", 4, 2), case("doses_missing", "d", 4, 2, missing=True), case("doses_normalized", "d", 4, 2, normalized=True),
        case("doses_in", "d", 4, 2, switchers="in"), case("doses_out", "d", 4, 2, switchers="out"), case("doses_weights", "d", 3, 2, weight="w", missing=True),
        case("doses_region", "d", 3, 2, cluster="region"), case("doses_zones", "d", 3, 2, trends_nonparam=["zone"]),
        case("doses_never", "d", 3, 2, only_never_switchers=True), case("doses_same", "d", 3, 2, same_switchers=True, missing=True),
        case("doses_same_all", "d", 3, 2, same_switchers=True, same_switchers_pl=True, missing=True),
        case("doses_trends", "d", 3, 2, trends_lin=True),
        case("doses_controls", "d", 4, 2, controls=["x", "z"], note="the regression of one first treatment is scaled by the rows of all"),
        case("doses_controls_first", "d", 4, 2, first=0, controls=["x", "z"]),
        case("switch_controls", "b", 4, 2, controls=["x", "z"]), case("switch_controls_missing", "b", 4, 2, controls=["x"], missing=True),
        case("switch_controls_weights", "b", 3, 2, controls=["x", "z"], weight="w", missing=True),
        case("switch_controls_zones", "b", 3, 2, mend="zones", controls=["x"], trends_nonparam=["zone"]),
        case("switch_controls_region", "b", 3, 2, mend="clusters", controls=["x", "z"], cluster="region"),
        case("switch_controls_normalized", "b", 3, 2, controls=["x", "z"], normalized=True),
        case("switch_trends", "b", 3, 2, trends_lin=True), case("switch_trends_missing", "b", 3, 2, trends_lin=True, missing=True),
        case("switch_trends_controls", "b", 3, 2, trends_lin=True, controls=["x", "z"]),
        case("switch_never", "b", 4, 3, only_never_switchers=True, missing=True),
    ]
    with open("switching_doses.json", "w") as f:
        json.dump({"about": "Treatments of several doses, controls, trends: [event time, estimate, error, switchers].", "cases": cases}, f, indent=1)
        f.write("\n")
