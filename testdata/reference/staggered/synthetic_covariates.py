"""Remakes synthetic_covariates.json and data/cohorts.csv: synthdid's synthetic difference-in-differences with covariates, by both
of its ways, of whole samples and of samples drawn, and further panels without; python synthetic_covariates.py, from this folder."""

import inspect
import json
import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd
import synthdid.sdid
import synthdid.solver
from synthdid.sdid import SDID
from synthdid.solver import sc_weight_fw
from synthdid.utils import panel_matrices, projected, sparsify_function, sum_normalize

warnings.filterwarnings("ignore")
DATA = "../data/cohorts.csv"

# R's synthdid and Stata's sdid move the coefficients by 1/t along the gradient in step t, Python's by 1/(t+1): theirs is taken.
exec(inspect.getsource(synthdid.solver.sc_weight_covariates).replace("alpha = 1 / (t + 1)", "alpha = 1 / t"), synthdid.solver.__dict__)
synthdid.sdid.sc_weight_covariates = synthdid.solver.sc_weight_covariates


def simulate():
    """40 units over 12 periods, ten of them treated from periods 6, 8 and 9 on: two factors, controls x and z that move with the
    outcome, an effect of 1 and more."""
    rng = np.random.default_rng(12)
    f = np.cumsum(rng.normal(size=(12, 2)), axis=0)
    start = [6] * 4 + [8] * 3 + [9] * 3 + [0] * 30
    rows = []
    for u in range(40):
        level, load, x = rng.normal(), rng.normal(size=2) + 0.3 * (start[u] > 0), 0.0
        for t in range(1, 13):
            x = 0.5 * x + rng.normal()
            z = 50 + 10 * rng.normal() + t
            d = int(0 < start[u] <= t)
            y = level + load @ f[t - 1] + 0.6 * x + 0.03 * z + d * (1 + 0.1 * (t - start[u])) + 0.5 * rng.normal()
            rows.append([f"u{u + 1:02d}", t, d, round(y, 4), round(x, 4), round(z, 3)])
    pd.DataFrame(rows, columns=["unit", "time", "d", "y", "x", "z"]).to_csv(DATA, index=False)


def read(data):
    if data == "castle":
        d = pd.read_csv("../../../data/castle.csv")
        g = d.sid.map(d[d.post == 1].groupby("sid").year.min() - 1)
        d["d"] = (d.year >= g).astype(int)
        d = d.rename(columns={"sid": "unit", "year": "time", "l_homicide": "y"})
    elif data == "organ":
        d = pd.read_csv("../../../data/organ-donations.csv")
        d["d"] = ((d.State == "California") & (d.Quarter_Num > 3)).astype(int)
        d = d.rename(columns={"State": "unit", "Quarter_Num": "time", "Rate": "y"})
    elif data == "prop99":
        d = pd.read_csv("../../../../shared/validation/statspai/12_sdid.csv").rename(columns={"state": "unit", "year": "time", "cigsale": "y", "treated": "d"})
    else:
        d = pd.read_csv(DATA)
    d["unit"] = d.unit.map(lambda u: str(u))
    return d


class Synth(SDID):
    def __init__(self, d, covariates):
        self.covariates = covariates or None
        self.data_ref, self.ttime = panel_matrices(d, "unit", "time", "d", "y", covariates=self.covariates)


def events(fit, method):
    """Effects by event time from the program's weights: treated less synthetic, less the same before adoption."""
    sums, sizes = {}, {}
    for g, Y, o, l in zip(fit.ttime, fit.Y_betas, fit.weights["omega"], fit.weights["lambda"]):
        n0 = len(o)
        Y = pd.DataFrame(Y)
        gap = Y.to_numpy()[n0:].mean(axis=0) - o @ Y.to_numpy()[:n0]
        if method == "sdid":
            gap = gap - l @ gap[: len(l)]
        n1 = len(Y) - n0
        for t, v in zip(Y.columns, gap):
            sums[t - g] = sums.get(t - g, 0) + n1 * v
            sizes[t - g] = sizes.get(t - g, 0) + n1
    return [[float(e), float(sums[e] / sizes[e])] for e in sorted(sums)]


def both(A, b, x, intercept, zeta, noise):
    o = dict(intercept=intercept, zeta=zeta, min_decrease=1e-5 * noise)
    x = sc_weight_fw(A, b, x, max_iter=100, **o)["params"]
    return sc_weight_fw(A, b, sparsify_function(x), max_iter=10000, **o)["params"]


def level(fit):
    """Synthetic control as R's sc_estimate: no intercept, no time weights, zeta of 1e-6 noise."""
    for k, (Y, l) in enumerate(zip(fit.Y_betas, fit.weights["lambda"])):
        Y = Y.to_numpy()
        n0, t0 = len(fit.weights["omega"][k]), len(l)
        noise = np.std(np.diff(Y[:n0, :t0], axis=1).flatten(), ddof=1)
        w = both(Y[:n0, :t0].T, Y[n0:, :t0].mean(axis=0), None, False, 1e-6 * noise, noise)
        fit.weights["omega"][k] = w
        fit.att_info.loc[k, "att_time"] = (Y[n0:].mean(axis=0) - w @ Y[:n0])[t0:].mean()


def drawn(fit, d, covariates, way, kind, draws, seed):
    """Overall estimates in samples drawn here, by the program's functions: weights start from the whole sample's, its ridge is kept."""
    rng = np.random.default_rng(seed)
    wide = {v: d.pivot_table(index="unit", columns="time", values=v) for v in ["y"] + covariates}
    first = d[d.d == 1].groupby("unit").time.min()
    units = list(wide["y"].index)
    never = [u for u in units if u not in first.index]
    cohorts = [[u for u in units if u in first.index and first[u] == g] for g in fit.ttime]
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
            sample = [units[i] for i in sorted(rng.choice(len(units), len(units)))]
            controls = [u for u in sample if u not in first.index]
            treated = [[u for u in sample if u in c] for c in cohorts]
        y, beta = wide["y"], None
        if way == "projected":
            long = pd.concat([pd.DataFrame({"unit": f"c{k}", "time": wide["y"].columns, "tyear": 0.0, "outcome": wide["y"].loc[u].to_numpy(), **{c: wide[c].loc[u].to_numpy() for c in covariates}}) for k, u in enumerate(controls)], ignore_index=True)
            _, beta, _ = projected(long, "outcome", "unit", "time", covariates)
            y = y - sum(float(b) * wide[c] for b, c in zip(np.ravel(beta), covariates))
        total, mass = 0.0, 0
        for of, Yg, o, l, t, raw in zip(cohorts, fit.Y_betas, fit.weights["omega"], fit.weights["lambda"], treated, range(len(cohorts))):
            if not t:
                continue
            t0, n0 = len(l), len(o)
            names = list(Yg.index[:n0])
            before = (wide["y"].loc[names].to_numpy() if way == "optimized" else Yg.to_numpy()[:n0])[:, :t0]
            noise = np.std(np.diff(before, axis=1).flatten(), ddof=1)
            zeta = (len(of) * (y.shape[1] - t0)) ** 0.25 * noise
            start = sum_normalize(np.array([o[names.index(u)] for u in controls]))
            def collapse(W):
                W = W.loc[controls + t].to_numpy()
                n = len(controls)
                top = np.column_stack([W[:n, :t0], W[:n, t0:].mean(axis=1)])
                return np.vstack([top, np.append(W[n:, :t0].mean(axis=0), W[n:, t0:].mean())])
            Y = y
            if way == "optimized":
                r = synthdid.solver.sc_weight_covariates(collapse(y), [collapse(wide[c]) for c in covariates], zeta_lambda=1e-6 * noise, zeta_omega=zeta, min_decrease=1e-5 * noise, max_iter=10000, lambda_est=list(l), omega_est=list(start))
                omega, lam = r["omega"], r["lambda"]
                Y = y - sum(b * wide[c] for b, c in zip(r["beta"], covariates))
            else:
                c = collapse(y)
                lam = both(c[:-1, :t0], c[:-1, t0], np.array(l), True, 1e-6 * noise, noise)
                omega = both(c[:-1, :t0].T, c[-1, :t0], start, True, zeta, noise)
            gap = Y.loc[t].to_numpy().mean(axis=0) - omega @ Y.loc[controls].to_numpy()
            tau = gap[t0:].mean() - lam @ gap[:t0]
            w = len(t) * (y.shape[1] - t0)
            total, mass = total + w * tau, mass + w
        out.append({"controls": [str(u) for u in controls], "treated": [[str(u) for u in t] for t in treated], "estimate": float(total / mass)})
    return out


def case(id, data, method, covariates=(), way="", kinds=()):
    covariates = list(covariates)
    d = read(data)[["unit", "time", "y", "d"] + covariates].sort_values(["unit", "time"])
    if way == "optimized":  # as Stata's sdid, unless told otherwise
        for c in covariates:
            d[c] = (d[c] - d[c].mean()) / d[c].std()
    fit = Synth(d, covariates)
    fit.fit(cov_method=way or "optimized")
    if method == "sc":
        level(fit)
    info = fit.att_info
    c = {"id": id, "program": "synthdid (Python)", "version": version("synthdid"), "call": f"Synthdid(..., covariates={covariates or None}).fit(cov_method={way!r})" + (", coefficients by 1/t along the gradient, covariates standardised" if way == "optimized" else "") + (", weights by sc_weight_fw without intercept" if method == "sc" else ""),
         "data": data, "method": method, "controls": covariates, "covariates": way,
         "by_cohort": [[float(g), float(a)] for g, a in zip(info.time, info.att_time)],
         "by_event": events(fit, method), "overall": float((info.att_time * info.att_wt).sum()),
         "unit_weights": [{str(u): float(w) for u, w in zip(pd.DataFrame(Y).index, o) if w > 0} for Y, o in zip(fit.Y_betas, fit.weights["omega"])],
         "time_weights": [[[float(t), float(w)] for t, w in zip(pd.DataFrame(Y).columns, l) if w > 0] for Y, l in zip(fit.Y_betas, fit.weights["lambda"])] if method == "sdid" else []}
    for k in kinds:
        if way:
            c[k] = drawn(fit, d, covariates, way, k, 5, 7)
    print(id, c["overall"], c["by_cohort"], [x["estimate"] for k in kinds for x in c.get(k, [])])
    return c


if __name__ == "__main__":
    simulate()
    xz, castle = ["x", "z"], ["poverty", "unemployrt"]
    cases = [
        case("cohorts", "cohorts", "sdid"), case("cohorts_sc", "cohorts", "sc"),
        case("cohorts_optimized", "cohorts", "sdid", xz, "optimized", ["placebo", "bootstrap"]), case("cohorts_projected", "cohorts", "sdid", xz, "projected", ["placebo", "bootstrap"]),
        case("cohorts_sc_projected", "cohorts", "sc", xz, "projected"),
        case("castle_optimized", "castle", "sdid", castle, "optimized", ["placebo"]), case("castle_projected", "castle", "sdid", castle, "projected", ["placebo"]),
        case("organ", "organ", "sdid"), case("organ_sc", "organ", "sc"),
        case("prop99_optimized", "prop99", "sdid", ["retprice"], "optimized", ["placebo"]), case("prop99_projected", "prop99", "sdid", ["retprice"], "projected"),
    ]
    with open("synthetic_covariates.json", "w") as f:
        json.dump({"about": "Synthetic difference-in-differences with covariates, and of further panels. placebo, bootstrap: samples drawn by synthetic_covariates.py, and the overall estimate by the program's functions from the whole sample's weights and coefficients of 0; an empty cohort is left out.",
                   "cases": cases}, f, indent=1)
        f.write("\n")
