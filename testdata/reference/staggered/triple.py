"""Remakes triple.json: moderndid's ddd_mp, drdid_imp_panel and ddd_mp_rc and diff-diff's StaggeredTripleDifference; python triple.py, from this folder."""

import json
import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd
from diff_diff import StaggeredTripleDifference
from moderndid.didtriple.estimators.ddd_mp import ddd_mp
from moderndid.didtriple.estimators.ddd_mp_rc import ddd_mp_rc
from drdid._estimators import drdid_rc, reg_did_rc, std_ipw_did_rc
from moderndid.drdid import drdid_imp_panel

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


def influence(covariates, est="dr"):
    """moderndid's cells beside never-treated units, with their influence functions, unit by cell, and the units in order."""
    d = pd.read_csv("../../../" + DATA)
    r = ddd_mp(d, "y", "time", "unit", "g", "q", covariate_cols=["x"] if covariates else None, control_group="nevertreated", base_period="varying", est_method=est)
    return r, r.inf_func_mat, d.drop_duplicates("unit").sort_values("unit")


def clustered(id, est, covariates):
    """Errors by region: the sums of moderndid's influence functions over the units of each."""
    r, psi, units = influence(covariates, est)
    sums = pd.DataFrame(psi).groupby(units.region.to_numpy()).sum().to_numpy()
    se = np.sqrt((sums**2).sum(0)) / r.n
    cells = [[int(g), int(t), float(a), float(s)] for g, t, a, s in zip(r.groups, r.times, r.att, se)]
    return {"id": id, "program": "moderndid", "version": version("moderndid"), "call": f"ddd_mp(..., covariate_cols={['x'] if covariates else None}, control_group='nevertreated', base_period='varying', est_method='{est}').inf_func_mat summed by region",
            "control": "never", "est": est, "base": "varying", "covariates": "x" if covariates else "1", "cluster": "region", "group_time": cells}


def averages(id):
    """The four averages of moderndid's cells by their definition (Callaway & Sant'Anna 2021, section 3), cohorts counted in eligible units, whose shares' own error counts."""
    r, psi, units = influence(False)
    n, groups, times = r.n, np.array(r.groups), np.array(r.times)
    member = {g: ((units.g == g) & (units.q == 1)).to_numpy(float) for g in np.unique(groups)}
    share = {g: m.mean() for g, m in member.items()}

    def combine(values, functions, cohorts):
        total = sum(share[g] for g in cohorts)
        value = sum(share[g] * v for g, v in zip(cohorts, values)) / total
        move = sum(share[g] / total * f + (v - value) / total * (member[g] - share[g]) for g, v, f in zip(cohorts, values, functions))
        return value, move

    def over(key):
        return [combine(r.att[at], psi[:, at].T, groups[at]) for k in np.unique(key[times >= groups]) for at in [np.flatnonzero((key == k) & (times >= groups))]]

    def plain(parts):
        return np.mean([v for v, _ in parts]), np.mean([f for _, f in parts], axis=0)

    cohorts = over(groups)
    out = {"simple": over(groups * 0)[0], "group": combine(*zip(*cohorts), np.unique(groups)), "dynamic": plain(over(times - groups)), "calendar": plain(over(times))}
    kinds = {k: [float(v), float(np.sqrt((f**2).sum()) / n)] for k, (v, f) in out.items()}
    return {"id": id, "program": "definition on moderndid's cells", "version": version("moderndid"), "call": "ddd_mp(..., control_group='nevertreated', base_period='varying', est_method='dr'), averaged with its inf_func_mat",
            "control": "never", "est": "dr", "base": "varying", "covariates": "1", "averages": kinds,
            "by_cohort": [[int(g), float(v), float(np.sqrt((f**2).sum()) / n)] for g, (v, f) in zip(np.unique(groups), cohorts)]}


def improved(id):
    """est=drimp, which triplediff has not: each of the three comparisons by moderndid's drdid_imp_panel."""
    d = pd.read_csv("../../../" + DATA)
    y, x = d.pivot(index="unit", columns="time", values="y"), d.drop_duplicates("unit").set_index("unit").x
    u = d.drop_duplicates("unit").set_index("unit")[["g", "q"]]
    cells = []
    for g in [3, 4]:
        for t in range(2, 7):
            base = g - 1 if t >= g else t - 1
            att, psi = 0.0, pd.Series(0.0, index=u.index)
            for sign, others in [(1, (u.g == g) & (u.q == 0)), (1, (u.g == 0) & (u.q == 1)), (-1, (u.g == 0) & (u.q == 0))]:
                target = (u.g == g) & (u.q == 1)
                at = u.index[target | others]
                r = drdid_imp_panel(y1=y.loc[at, t].to_numpy(), y0=y.loc[at, base].to_numpy(), d=target[at].to_numpy(float), covariates=np.column_stack([np.ones(len(at)), x[at]]), influence_func=True)
                att += sign * r.att
                psi[at] += sign * r.att_inf_func / len(at)
            cells.append([g, t, float(att), float(np.sqrt((psi**2).sum()))])
    return {"id": id, "program": "moderndid", "version": version("moderndid"), "call": "drdid_imp_panel(...) of each of the three comparisons", "control": "never", "est": "drimp", "base": "varying", "covariates": "x", "group_time": cells}


def sections(id, est, control, covariates, keep=False):
    """Rows as cross-sections by moderndid; with keep rows are missing and the influence of a unit's rows is summed."""
    d = pd.read_csv("../../../" + DATA)
    if keep:
        d = d[(d.unit * 7 + d.time * 3) % 13 > 0].reset_index(drop=True)
    r = ddd_mp_rc(d, "y", "time", "unit", "g", "q", covariate_cols=["x"] if covariates else None, control_group={"never": "nevertreated", "notyet": "notyettreated"}[control], base_period="varying", est_method=est)
    psi = pd.DataFrame(r.inf_func_mat).groupby(d.unit.to_numpy()).sum().to_numpy() if keep else r.inf_func_mat
    se = np.sqrt((psi**2).sum(0)) / r.n  # beside several cohorts its own divides by all rows in place of the cell's
    cells = [[int(g), int(t), float(a), float(s)] for g, t, a, s in zip(r.groups, r.times, r.att, se)]
    return {"id": id, "program": "moderndid", "version": version("moderndid"), "call": f"ddd_mp_rc(..., covariate_cols={['x'] if covariates else None}, control_group={control}, base_period='varying', est_method='{est}')" + (".inf_func_mat summed by unit" if keep else ".inf_func_mat"),
            "control": control, "est": est, "base": "varying", "covariates": "x" if covariates else "1", "sampling": "keep" if keep else "rows", "group_time": cells}


def three_sections(id, est):
    """The three comparisons of cross-sections by drdid, whose influence function is the estimate's derivative (docs/decisions/070)."""
    d = pd.read_csv("../../../" + DATA)
    cells = []
    for g in [3, 4]:
        for t in range(2, 7):
            base = g - 1 if t >= g else t - 1
            att, psi = 0.0, pd.Series(0.0, index=d.index)
            for sign, others in [(1, (d.g == g) & (d.q == 0)), (1, (d.g == 0) & (d.q == 1)), (-1, (d.g == 0) & (d.q == 0))]:
                target = (d.g == g) & (d.q == 1)
                at = d.index[(target | others) & d.time.isin([t, base])]
                f = {"dr": drdid_rc, "reg": reg_did_rc, "ipw": std_ipw_did_rc}[est]
                v, by = f(d.y[at].to_numpy(), (d.time[at] == t).to_numpy(float), target[at].to_numpy(float), np.column_stack([np.ones(len(at)), d.x[at]]))[:2]
                att += sign * float(v)
                psi[at] += sign * by / len(at)
            cells.append([g, t, att, float(np.sqrt((psi**2).sum()))])
    return {"id": id, "program": "drdid", "version": version("drdid"), "call": f"{f.__name__}(...) of each of the three comparisons", "control": "never", "est": est, "base": "varying", "covariates": "x", "sampling": "rows", "group_time": cells}


if __name__ == "__main__":
    simulate()
    cases = [modern("never", "dr", "varying", False), modern("never_universal", "dr", "universal", False), modern("dr", "dr", "varying", True), modern("reg", "reg", "varying", True), modern("ipw", "ipw", "varying", True)]
    cases += [diffdiff("diff_never", "never", "dr", False), diffdiff("diff_dr", "never", "dr", True), diffdiff("notyet", "notyet", "dr", False), diffdiff("notyet_reg", "notyet", "reg", True)]
    cases += [diffdiff("notyet_dr", "notyet", "dr", True), diffdiff("notyet_ipw", "notyet", "ipw", True), improved("drimp"), clustered("region", "dr", False), clustered("region_dr", "dr", True), clustered("region_ipw", "ipw", True), averages("averages"),
              sections("rows", "dr", "never", False), sections("rows_notyet", "dr", "notyet", False), sections("rows_reg", "reg", "never", True), sections("rows_ipw", "ipw", "notyet", True), sections("keep", "dr", "never", False, keep=True), sections("keep_reg", "reg", "notyet", True, keep=True), three_sections("rows_dr", "dr"), three_sections("rows_drdid_reg", "reg")]
    with open("triple.json", "w") as f:
        json.dump({"about": "Triple differences: [cohort, period, estimate, error], [event time, estimate, error].", "cases": cases}, f, indent=1)
        f.write("\n")
    for c in cases:
        print(c["id"], c.get("group_time", [])[:3], c.get("averages"), c.get("by_event"), c.get("simple"))
