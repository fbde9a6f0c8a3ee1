"""Remakes etwfe_controls.json: the extended regression with controls and families by diff-diff, and by its definition on dense columns with
pyfixest (linear) and statsmodels (logit, Poisson; the delta method by differences); python extended_controls.py, from this folder."""

import json
import warnings
from importlib.metadata import version

import diff_diff
import numpy as np
import pandas as pd
import pyfixest as pf
import statsmodels.api as sm

warnings.filterwarnings("ignore")
BALANCED, UNBALANCED = "testdata/reference/data/balanced.csv", "testdata/reference/data/unbalanced.csv"
OUTCOMES = {"y": lambda d: d.y, "y > 3": lambda d: (d.y > 3).astype(float), "exp(y / 4)": lambda d: np.exp(d.y / 4), "1 / (1 + exp(-y))": lambda d: 1 / (1 + np.exp(-d.y)), "homicide": lambda d: d.homicide,
            "homicide > 4": lambda d: (d.homicide > 4).astype(float), "l_homicide": lambda d: d.l_homicide}


def read(data, outcome, names):
    if data == "castle":
        d = pd.read_csv("../../../data/castle.csv")
        d["g"] = d.sid.map(d[d.post == 1].groupby("sid").year.min() - 1).fillna(0).astype(int)
        d = d.rename(columns={"sid": "unit", "year": "time"})
    else:
        d = pd.read_csv("../../../" + data).dropna(subset=["y"])
        d["g"] = d.unit.map(d[d.d == 1].groupby("unit").time.min()).fillna(0).astype(int)
    d["first"] = d.groupby("unit").time.transform("min")
    d = d[(d.g == 0) | (d.g > d["first"])].dropna(subset=names).sort_values(["unit", "time"]).reset_index(drop=True)
    d["out"] = OUTCOMES[outcome](d)
    return d


def base(id, program, call, data, outcome, covariates, control, family):
    return {"id": id, "program": program, "version": version(program), "call": call, "method": "etwfe", "data": data, "outcome": outcome,
            "covariates": covariates, "control": control, "family": family}


def program(id, data, outcome, family, control="notyet", covariates="1"):
    names = [] if covariates == "1" else covariates.split(" + ")
    d = read(data, outcome, names)
    o = {"method": {"gaussian": "ols"}.get(family, family), "control_group": {"notyet": "not_yet_treated", "never": "never_treated"}[control]}
    r = diff_diff.WooldridgeDiD(**o).fit(d, outcome="out", unit="unit", time="time", first_treat="g", exovar=names or None)
    out = base(id, "diff-diff", f"WooldridgeDiD({o}).fit(d, outcome={outcome!r}, unit, time, first_treat, exovar={names})", data, outcome, covariates, control, family)
    out["group_time"] = [[int(g), int(t), v["att"], v["se"]] for (g, t), v in r.group_time_effects.items() if v["se"] > 0]
    for kind, key in (("event_study", "by_event"), ("group", "by_cohort"), ("calendar", "by_time")):
        r.aggregate(kind)
        effects = {"by_event": r.event_study_effects, "by_cohort": r.group_effects, "by_time": r.calendar_effects}[key]
        out[key] = [[int(k), v["att"], v["se"]] for k, v in effects.items() if v["se"] > 0]
    out["averages"] = {"simple": [float(r.overall_att), float(r.overall_se)]}
    return out


def columns(d, names, control, linear, weights):
    """The columns in order: cohorts and periods (not in the linear model, where they are absorbed), cells, controls, controls by cohort, by period, by cell."""
    cohorts, periods = sorted(g for g in d.g.unique() if g > 0), sorted(d.time.unique())
    base = {g: d[(d.g == g) & (d.time < g)].time.max() for g in cohorts}  # the last period before adoption in which the cohort is seen
    cells = [(g, t) for g in cohorts for t in periods if (t >= g or control == "never" and t != base[g]) and ((d.g == g) & (d.time == t)).any()]
    z = {}
    if not linear:
        z["one"] = np.ones(len(d))
        z.update({f"g{g}": (d.g == g).to_numpy(float) for g in cohorts})
        z.update({f"t{t}": (d.time == t).to_numpy(float) for t in periods[1:]})
    z.update({("cell", g, t): ((d.g == g) & (d.time == t)).to_numpy(float) for g, t in cells})
    for x in names:
        v = d[x].to_numpy(float)
        z[x] = v
        z.update({f"{x}_g{g}": v * (d.g == g).to_numpy(float) for g in cohorts})
        z.update({f"{x}_t{t}": v * (d.time == t).to_numpy(float) for t in periods[1:]})
    for x in names:
        mean = (d[x] * weights).groupby(d.g).transform("sum") / pd.Series(weights, d.index).groupby(d.g).transform("sum")
        centred = (d[x] - mean).to_numpy(float)
        z.update({("centred", x, g, t): centred * z["cell", g, t] for g, t in cells})
    return z, cells


def keep(z, absorbed):
    """The columns that those before them do not span, one after another."""
    q = np.linalg.qr(absorbed)[0] if absorbed is not None else np.zeros((len(next(iter(z.values()))), 0))
    kept = []
    for k, v in z.items():
        left = v - q @ (q.T @ v)
        left -= q @ (q.T @ left)
        if left @ left > 1e-10 * max(v @ v, 1e-300):
            kept.append(k)
            q = np.column_stack([q, left / np.sqrt(left @ left)])
    return kept


def definition(id, data, outcome, family, control, covariates, weights=""):
    names = [] if covariates == "1" else covariates.split(" + ")
    d = read(data, outcome, names)
    w = d[weights].to_numpy(float) if weights else np.ones(len(d))
    z, cells = columns(d, names, control, family == "gaussian", w)
    if family == "gaussian":
        u, t = pd.get_dummies(d.unit).to_numpy(float), pd.get_dummies(d.time).to_numpy(float)[:, 1:]
        kept = keep(z, np.column_stack([u, t]))
        frame = pd.DataFrame({f"z{i}": z[k] for i, k in enumerate(kept)}).assign(out=d.out, unit=d.unit, time=d.time, w=w)
        fit = pf.feols("out ~ " + " + ".join(f"z{i}" for i in range(len(kept))) + " | unit + time", frame, vcov={"CRV1": "unit"}, collin_tol=1e-12, weights="w",
                       fixef_rm="none", demeaner=pf.MapDemeaner(fixef_tol=1e-12, fixef_maxiter=100000))
        assert len(fit._coefnames) == len(kept)
        b, v = fit._beta_hat, fit._vcov
        mean = lambda eta: eta
    else:
        kept = keep(z, None)
        x = np.column_stack([z[k] for k in kept])
        scale = np.sqrt((x**2).mean(0))
        model = sm.GLM(d.out, x / scale, family=sm.families.Binomial() if family == "logit" else sm.families.Poisson(), freq_weights=w)
        fit = model.fit(maxiter=200, tol=1e-14, tol_criterion="deviance", cov_type="cluster", cov_kwds={"groups": pd.factorize(d.unit)[0], "use_correction": False})
        n, k, groups = len(d), x.shape[1], d.unit.nunique()
        b, v = fit.params.to_numpy() / scale, fit.cov_params().to_numpy() / np.outer(scale, scale) * groups / (groups - 1) * (n - 1) / (n - k)
        mean = (lambda eta: 1 / (1 + np.exp(-eta))) if family == "logit" else np.exp
    at = {k: i for i, k in enumerate(kept)}
    x = np.column_stack([z[k] for k in kept])
    rows, own, without = {}, [], x.copy()
    for g, t in cells:
        if ("cell", g, t) in at:
            own.append((g, t))
            rows[g, t] = ((d.g == g) & (d.time == t)).to_numpy()
    for k, i in at.items():
        if k[0] in ("cell", "centred"):
            without[:, i] = 0

    def effect(b, which):
        return float(np.average(mean(x[which] @ b) - mean(without[which] @ b), weights=w[which]))

    def with_error(which):
        step = 1e-5 * np.sqrt(np.diag(v))
        gradient = np.array([(effect(b + h, which) - effect(b - h, which)) / (2 * h[i]) for i, h in enumerate(np.diag(step))])
        return [effect(b, which), float(np.sqrt(gradient @ v @ gradient))]

    pool = lambda chosen: np.logical_or.reduce([rows[c] for c in chosen])
    post = [c for c in own if c[1] >= c[0]]
    out = base(id, "pyfixest" if family == "gaussian" else "statsmodels", "extended_controls.py, definition", data, outcome, covariates, control, family)
    out["weights"] = weights
    out["group_time"] = [[int(g), int(t), *with_error(rows[g, t])] for g, t in own]
    out["by_event"] = [[int(e), *with_error(pool([c for c in own if c[1] - c[0] == e]))] for e in sorted({t - g for g, t in own})]
    out["by_cohort"] = [[int(h), *with_error(pool([c for c in post if c[0] == h]))] for h in sorted({g for g, _ in post})]
    out["by_time"] = [[int(s), *with_error(pool([c for c in post if c[1] == s]))] for s in sorted({t for _, t in post})]
    out["averages"] = {"simple": with_error(pool(post))}
    return out


def main():
    cases = [program("balanced_linear_region", BALANCED, "y", "gaussian", covariates="region"), program("balanced_linear_region_never", BALANCED, "y", "gaussian", "never", "region"),
             program("balanced_logit", BALANCED, "y > 3", "logit"), program("balanced_logit_region", BALANCED, "y > 3", "logit", covariates="region"),
             program("balanced_poisson", BALANCED, "exp(y / 4)", "poisson"), program("balanced_poisson_region", BALANCED, "exp(y / 4)", "poisson", covariates="region"),
             program("castle_poisson", "castle", "homicide", "poisson")]
    for name, data, y, x in (("balanced", BALANCED, {"gaussian": "y", "logit": "1 / (1 + exp(-y))", "poisson": "exp(y / 4)"}, "x1"), ("unbalanced", UNBALANCED, {"gaussian": "y", "logit": "1 / (1 + exp(-y))", "poisson": "exp(y / 4)"}, "x1"),
                             ("castle", "castle", {"gaussian": "l_homicide", "poisson": "homicide"}, "poverty")):
        for family, outcome in y.items():
            for control in ("notyet", "never"):
                cases.append(definition(f"{name}_{family}_{control}", data, outcome, family, control, x))
    cases.append(definition("balanced_linear_two", BALANCED, "y", "gaussian", "notyet", "x1 + x2"))
    cases.append(definition("balanced_linear_weighted", BALANCED, "y", "gaussian", "never", "x1", "w"))
    cases.append(definition("balanced_poisson_weighted", BALANCED, "exp(y / 4)", "poisson", "notyet", "x1", "w"))
    cases.append(definition("unbalanced_logit_weighted", UNBALANCED, "1 / (1 + exp(-y))", "logit", "notyet", "x1", "w"))
    cases.append(definition("balanced_poisson_two", BALANCED, "exp(y / 4)", "poisson", "notyet", "x1 + x2"))
    body = ",\n".join("  " + json.dumps(c, allow_nan=False) for c in cases)
    with open("etwfe_controls.json", "w") as f:
        f.write('{\n "about": "The extended two-way regression with controls and families, by diff-diff and by definition.",\n "cases": [\n%s\n ]\n}\n' % body)


main()
