"""Remakes synthetic.json: synthdid's estimates and weights, its solver on samples drawn, and diff-diff's jackknife; python synthetic.py, from this folder."""

import json
import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd
from diff_diff import SyntheticDiD
from synthdid.sdid import SDID, sdid
from synthdid.solver import sc_weight_fw
from synthdid.utils import panel_matrices, sparsify_function, sum_normalize
import diff_diff

warnings.filterwarnings("ignore")


def read(data):
    """The data with y, unit, time, d."""
    if data.startswith("castle"):
        d = pd.read_csv("../../../data/castle.csv")
        g = d.sid.map(d[d.post == 1].groupby("sid").year.min() - 1)
        d["d"] = (d.year >= g).astype(int)
        d = d.rename(columns={"sid": "unit", "year": "time", "l_homicide": "y"})
        if data == "castle_2006":
            d = d[g.isna() | (g == 2006)]
        if data == "castle_pairs":  # cohorts of two states at least
            d = d[g.isna() | g.isin([2006, 2007, 2008])]
    elif data == "prop99":
        d = pd.read_csv("../../../../shared/validation/statspai/12_sdid.csv").rename(columns={"state": "unit", "year": "time", "cigsale": "y", "treated": "d"})
    else:
        d = pd.read_csv("../../../" + data)
    return d[["unit", "time", "y", "d"]].sort_values(["unit", "time"])


class Synth(SDID):
    def __init__(self, d):
        self.covariates = None
        self.data_ref, self.ttime = panel_matrices(d, "unit", "time", "d", "y")


def events(fit, method):
    """Effects by event time from the program's weights: treated less synthetic, less the same before adoption."""
    sums, sizes = {}, {}
    for g, Y, o, l in zip(fit.ttime, fit.Y_betas, fit.weights["omega"], fit.weights["lambda"]):
        n0 = len(o)
        gap = Y.to_numpy()[n0:].mean(axis=0) - o @ Y.to_numpy()[:n0]
        if method == "sdid":
            gap = gap - l @ gap[: len(l)]
        n1 = len(Y) - n0
        for t, v in zip(Y.columns, gap):
            sums[t - g] = sums.get(t - g, 0) + n1 * v
            sizes[t - g] = sizes.get(t - g, 0) + n1
    return [[float(e), float(sums[e] / sizes[e])] for e in sorted(sums)]


def solve(Y, n0, t0, zeta, noise, omega, lam, method):
    """One estimate from weights to start from, by the program's solver: synthdid_estimate with weights= and update.* in R."""
    o = dict(min_decrease=1e-5 * noise)
    def both(A, b, x, intercept, zeta):
        x = sc_weight_fw(A, b, x, intercept=intercept, zeta=zeta, max_iter=100, **o)["params"]
        return sc_weight_fw(A, b, sparsify_function(x), intercept=intercept, zeta=zeta, max_iter=10000, **o)["params"]
    if method == "sdid":
        lam = both(Y[:n0, :t0], Y[:n0, t0:].mean(axis=1), lam, True, 1e-6 * noise)
    omega = both(Y[:n0, :t0].T, Y[n0:, :t0].mean(axis=0), omega, method == "sdid", zeta)
    gap = Y[n0:].mean(axis=0) - omega @ Y[:n0]
    return float(gap[t0:].mean() - (lam @ gap[:t0] if method == "sdid" else 0))


def redraws(fit, d, method, kind, draws, seed):
    """Overall estimates in samples drawn here: the units of each, and what the solver finds."""
    rng = np.random.default_rng(seed)
    wide = d.pivot_table(index="unit", columns="time", values="y")
    first = d[d.d == 1].groupby("unit").time.min()
    never = [u for u in wide.index if u not in first.index]
    cohorts = [[u for u in first.index if first[u] == g] for g in fit.ttime]
    out = []
    for _ in range(draws):
        if kind == "placebo":
            order = [never[i] for i in rng.permutation(len(never))]
            n = sum(map(len, cohorts))
            controls, rest, treated = order[:-n], order[-n:], []
            for c in cohorts:
                treated.append(rest[: len(c)])
                rest = rest[len(c):]
        else:
            ids = sorted(rng.choice(len(wide), len(wide)))
            units = [wide.index[i] for i in ids]
            controls = [u for u in units if u not in first.index]
            treated = [[u for u in units if u in c] for c in cohorts]
        total, mass = 0.0, 0
        for g, of, Yg, o, l, t in zip(fit.ttime, cohorts, fit.Y_betas, fit.weights["omega"], fit.weights["lambda"], treated):
            if not t:
                continue
            t0, n0 = len(l), len(o)
            before = Yg.to_numpy()[:n0, :t0]
            noise = np.std(np.diff(before, axis=1).flatten(), ddof=1)
            zeta = (len(of) * (wide.shape[1] - t0)) ** 0.25 * noise if method == "sdid" else 1e-6 * noise
            place = {u: i for i, u in enumerate(Yg.index[:n0])}
            start = sum_normalize(np.array([o[place[u]] for u in controls]))
            tau = solve(wide.loc[controls + t].to_numpy(), len(controls), t0, zeta, noise, start, l.copy(), method)
            w = len(t) * (wide.shape[1] - t0)
            total, mass = total + w * tau, mass + w
        out.append({"controls": [str(u) for u in controls], "treated": [[str(u) for u in t] for t in treated], "estimate": total / mass})
    return out


def case(id, data, method, kinds=()):
    d = read(data)
    fit = Synth(d)
    if method == "sdid":
        fit.fit()
        call = "Synthdid(...).fit()"
    else:  # synthdid's R form of synthetic control: no intercept, zeta of 1e-6 noise, no time weights
        fit.fit()
        for k, (g, Y, l) in enumerate(zip(fit.ttime, fit.Y_betas, fit.weights["lambda"])):
            Y = Y.to_numpy()
            n0, t0 = len(fit.weights["omega"][k]), len(l)
            n = np.std(np.diff(Y[:n0, :t0], axis=1).flatten(), ddof=1)
            o = dict(intercept=False, zeta=1e-6 * n, min_decrease=1e-5 * n)
            A, b = Y[:n0, :t0].T, Y[n0:, :t0].mean(axis=0)
            w = sc_weight_fw(A, b, None, max_iter=100, **o)["params"]
            w = sc_weight_fw(A, b, sparsify_function(w), max_iter=10000, **o)["params"]
            fit.weights["omega"][k] = w
            gap = Y[n0:].mean(axis=0) - w @ Y[:n0]
            fit.att_info.loc[k, "att_time"] = gap[t0:].mean()
        call = "sc_weight_fw(A, b, intercept=False, zeta=1e-6*noise, min_decrease=1e-5*noise), sparsified after 100 steps"
    info = fit.att_info
    c = {"id": id, "program": "synthdid (Python)", "version": version("synthdid"), "call": call, "data": data, "method": method,
         "by_cohort": [[float(g), float(a)] for g, a in zip(info.time, info.att_time)],
         "by_event": events(fit, method), "overall": float((info.att_time * info.att_wt).sum()),
         "unit_weights": [{str(u): float(w) for u, w in zip(Y.index, o) if w > 0} for Y, o in zip(fit.Y_betas, fit.weights["omega"])],
         "time_weights": [[[float(t), float(w)] for t, w in zip(Y.columns, l) if w > 0] for Y, l in zip(fit.Y_betas, fit.weights["lambda"])] if method == "sdid" else []}
    for k in kinds:
        if k == "jackknife":
            e = d.copy()
            e["ever"] = e.unit.map(e.groupby("unit").d.max())
            post = sorted(e[e.d == 1].time.unique().tolist())
            r = SyntheticDiD(variance_method="jackknife", seed=1).fit(e, outcome="y", treatment="ever", unit="unit", time="time", post_periods=post)
            c["jackknife"] = {"program": "diff-diff", "version": diff_diff.__version__, "call": "SyntheticDiD(variance_method='jackknife')", "estimate": float(r.att), "std_error": float(r.se)}
        else:
            c[k] = redraws(fit, d, method, k, 6, 11)
    return c


# Typed from StatsPAI's 12_sdid_R.json and 12_sdid_Stata.json.
PROP99 = [
    {"program": "synthdid (R)", "version": "0.0.9", "call": "synthdid_estimate(Y, N0, T0); synthdid_se(., method = 'placebo')", "estimate": -15.948388846721, "placebo": 2.62660669208281, "tolerance": 1e-8},
    {"program": "sdid (Stata 18)", "version": "", "call": "sdid cigsale state year treated, vce(placebo)", "estimate": -15.94839, "placebo": 2.608803, "tolerance": 1e-6},
]

if __name__ == "__main__":
    cases = [
        case("castle", "castle", "sdid", ["placebo"]), case("castle_sc", "castle", "sc", ["placebo"]),
        case("castle_pairs", "castle_pairs", "sdid", ["placebo", "bootstrap"]),
        case("castle_2006", "castle_2006", "sdid", ["placebo", "bootstrap", "jackknife"]),
        case("castle_2006_sc", "castle_2006", "sc", ["placebo", "bootstrap"]),
        case("prop99", "prop99", "sdid", ["placebo"]), case("prop99_sc", "prop99", "sc"),
    ]
    next(c for c in cases if c["id"] == "prop99")["typed"] = PROP99
    with open("synthetic.json", "w") as f:
        json.dump({"about": "Synthetic difference-in-differences and synthetic control. placebo, bootstrap: samples drawn by synthetic.py, their units, and the overall estimate that synthdid's solver finds in each from the whole sample's weights, as R's synthdid_se does; an empty cohort is left out. by_event: from the program's weights. typed: outputs of R and Stata as StatsPAI (MIT, commit 49f8c0f0) publishes them, their placebo errors from few random draws.",
                   "cases": cases}, f, indent=1)
        f.write("\n")
