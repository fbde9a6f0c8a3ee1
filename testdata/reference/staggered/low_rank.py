"""Remakes low_rank.json: StatsPAI's port of R's fect at tight tolerance, and optima found otherwise: the convex program of
matrix completion by cvxpy, least squares of interactive effects by scipy from several starts; python low_rank.py, from this folder."""

import json
import sys
import warnings
from importlib.metadata import version

import cvxpy as cp
import numpy as np
import pandas as pd
import statspai as sp
from scipy.optimize import least_squares

warnings.filterwarnings("ignore")


def read(data):
    """The data with y, x, unit, time, d."""
    if data == "castle":
        d = pd.read_csv("../../../data/castle.csv")
        g = d.sid.map(d[d.post == 1].groupby("sid").year.min() - 1)
        d["d"] = (d.year >= g).astype(int)
        d = d.rename(columns={"sid": "unit", "year": "time", "l_homicide": "y", "poverty": "x"})
    elif data == "dual_pilot":
        d = pd.read_csv("../../../data/dual-pilot.csv").rename(columns={"city": "unit", "year": "time", "DIA": "y", "PGDP": "x", "DID": "d"})
    else:
        d = pd.read_csv("../data/gappy.csv")
    return d[["unit", "time", "y", "x", "d"]].sort_values(["unit", "time"]).reset_index(drop=True)


class Table:
    """The panel as tables of periods × units."""

    def __init__(self, d, control, hidden=0):
        wide = lambda v: d.pivot(index="time", columns="unit", values=v)
        self.Y, self.D, self.X = wide("y"), wide("d"), wide("x") if control else None
        y = self.Y.to_numpy()
        self.present = np.isfinite(y)
        first = d[d.d == 1].groupby("unit").time.min()
        self.event = self.Y.index.to_numpy()[:, None] - self.Y.columns.map(first).to_numpy()[None, :]
        self.fit = self.present & ~(self.event >= -hidden)
        t, u = np.nonzero(self.fit)
        self.t, self.u, self.y = t, u, y[self.fit]
        self.z = np.column_stack([np.eye(y.shape[1])[u], np.eye(y.shape[0])[t][:, 1:]] + ([self.X.to_numpy()[self.fit]] if control else []))
        self.coef = np.linalg.lstsq(self.z, self.y, rcond=None)[0]
        self.E = np.zeros(y.shape)
        self.E[self.fit] = self.y - self.z @ self.coef
        self.largest = np.linalg.svd(self.E, compute_uv=False)[0]

    def effects(self, untreated):
        """Overall and by event time, from the untreated outcomes fitted."""
        tau = np.where(self.present, self.Y.to_numpy() - untreated, np.nan)
        out = self.present & (self.event >= 0)
        events = sorted(set(self.event[self.present & np.isfinite(self.event)]))
        return {"overall": float(tau[out].mean()), "by_event": [[float(e), float(tau[self.present & (self.event == e)].mean())] for e in events]}


def convex(k, threshold):
    """min ½Σ(y - xβ - a_i - b_t - L)² + τ‖L‖⁎ by an interior point."""
    T, N = k.E.shape
    L, a, b = cp.Variable((T, N)), cp.Variable((1, N)), cp.Variable((T, 1))
    M = k.fit.astype(float)
    fitted = L + np.ones((T, 1)) @ a + b @ np.ones((1, N))
    if k.X is not None:
        beta = cp.Variable()
        x = np.where(k.fit, k.X.to_numpy(), 0)
        fitted = fitted + beta * ((x - x[k.fit].mean()) * M)
    r = cp.multiply(M, k.E - fitted)
    problem = cp.Problem(cp.Minimize(cp.sum_squares(r) / 2 + threshold * cp.normNuc(L)))
    problem.solve(solver=cp.CLARABEL, tol_gap_abs=1e-11, tol_gap_rel=1e-11, tol_feas=1e-11)
    return float(problem.value)


def factors(k, r, starts=3, seed=1):
    """min ½Σ(y - xβ - a_i - b_t - λ_i'f_t)² by scipy, the best of several starts."""
    T, N = k.E.shape
    rng = np.random.default_rng(seed)
    y, p = k.y - k.z @ k.coef, k.z.shape[1]

    def residual(v):
        c, f, l = v[:p], v[p : p + T * r].reshape(T, r), v[p + T * r :].reshape(N, r)
        return y - k.z @ c - (f[k.t] * l[k.u]).sum(axis=1)

    def jacobian(v):
        f, l = v[p : p + T * r].reshape(T, r), v[p + T * r :].reshape(N, r)
        J = np.zeros((len(y), len(v)))
        J[:, :p] = -k.z
        i = np.arange(len(y))
        for m in range(r):
            J[i, p + k.t * r + m] = -l[k.u, m]
            J[i, p + T * r + k.u * r + m] = -f[k.t, m]
        return J

    u, s, v = np.linalg.svd(k.E, full_matrices=False)
    first = np.concatenate([np.zeros(p), (u[:, :r] * s[:r]).ravel(), v[:r].T.ravel()])
    best = None
    for i in range(starts):
        start = first + (0 if i == 0 else 0.1 * i) * np.abs(first[p:]).mean() * rng.standard_normal(len(first))
        o = least_squares(residual, start, jacobian, method="trf", x_scale="jac", ftol=1e-15, xtol=1e-15, gtol=1e-13, max_nfev=300)
        if best is None or o.cost < best:
            best = o.cost
    return float(best)


def masked(k, masks):
    """Cells hidden at random in runs of three periods, of units that keep five: [unit, period] of each mask."""
    rng = np.random.default_rng(5)
    T, N = k.E.shape
    out = []
    for _ in range(masks):
        left, free, cells = k.fit.sum(axis=0), k.fit.sum(axis=1), []
        for run in rng.permutation(N * (T // 3)):
            u, first = run // (T // 3), T % 3 + run % (T // 3) * 3
            own = [t for t in range(first, first + 3) if k.fit[t, u]]
            if len(cells) >= int(0.1 * k.fit.sum()):
                break
            if own and left[u] - len(own) >= 5 and all(free[t] > 1 for t in own):
                left[u] -= len(own)
                for t in own:
                    free[t] -= 1
                cells += [(t, u) for t in own]
        out.append(cells)
    return out


def predicted(k, masks, method, values):
    """Mean squared errors of prediction by each value, the program fitting what each mask leaves; and the value taken, each
    better by a hundredth than all before."""
    sums, n = np.zeros(len(values)), 0
    for cells in masks:
        fit = k.fit.copy()
        for t, u in cells:
            fit[t, u] = False
        y = np.where(fit, k.Y.to_numpy(), np.nan)
        t, u = np.nonzero(fit)
        rest = pd.DataFrame({"unit": k.Y.columns[u], "time": k.Y.index[t], "y": y[t, u], "d": 0})
        rest.loc[len(rest)] = [k.Y.columns[np.nanargmax(k.D.to_numpy()[-1])], k.Y.index[-1], 0.0, 1]  # one treated cell, as it needs
        for i, v in enumerate(values):
            o = sp.fect(rest, y="y", treat="d", unit="unit", time="time", method="fe" if v == 0 else method, r=v if method == "ife" else 0, lam=v * k.largest / (rest.unit.nunique() * rest.time.nunique()) if method == "mc" else None,
                        force="two-way", min_t0=1, tol=1e-10, max_iter=100_000)
            fitted = o.model_info["counterfactual"].reindex(index=k.Y.index, columns=k.Y.columns).to_numpy()
            sums[i] += sum((k.Y.to_numpy()[t, u] - fitted[t, u]) ** 2 for t, u in cells)
        n += len(cells)
    mspe, best = sums / n, 0
    for i in range(1, len(values)):
        if mspe[i] < 0.99 * mspe[:i].min():
            best = i
    return [float(v) for v in mspe], best


def chosen(data, method, values):
    d = read(data)
    k = Table(d, False)
    k = Table(d[d.unit.isin(k.Y.columns[k.fit.any(axis=0)])], False)
    masks = masked(k, 3)
    mspe, best = predicted(k, masks, method, values)
    print("chosen", data, method, mspe, best, flush=True)
    return {"id": f"{data}, {method}", "program": "StatsPAI", "version": version("StatsPAI"), "data": data, "method": {"ife": "ifect", "mc": "mc"}[method], "values": values, "mspe": mspe, "best": best,
            "masks": [[[str(k.Y.columns[u]), float(k.Y.index[t])] for t, u in cells] for cells in masks]}


selections = [chosen("castle", "mc", [float(10 ** (-3 * i / 8)) for i in range(4)]), chosen("castle", "ife", [0, 1]), chosen("gappy", "mc", [float(10 ** (-3 * i / 8)) for i in range(4)])]
if len(sys.argv) > 1:  # selections alone
    kept = json.load(open("low_rank.json"))
    json.dump(kept | {"selections": selections}, open("low_rank.json", "w"), indent=1, ensure_ascii=False)
    sys.exit()

cases = []
for name, data, control, r, share, hidden, other, jackknife in (
    ("castle, one factor", "castle", False, 1, None, 0, True, False),
    ("castle, two factors", "castle", False, 2, None, 0, True, False),
    ("castle, one factor, a control", "castle", True, 1, None, 0, True, False),
    ("castle, penalty", "castle", False, None, 0.3, 0, True, True),
    ("castle, small penalty", "castle", False, None, 0.02, 0, True, False),
    ("castle, penalty, a control", "castle", True, None, 0.2, 0, True, False),
    ("castle, penalty, placebo", "castle", False, None, 0.3, 2, True, True),
    ("gaps, one factor", "gappy", False, 1, None, 0, True, False),
    ("gaps, penalty", "gappy", False, None, 0.25, 0, True, False),
    ("dual_pilot, one factor", "dual_pilot", False, 1, None, 0, False, False),
    ("dual_pilot, penalty", "dual_pilot", False, None, 0.4, 0, False, False),
):
    d = read(data)
    k = Table(d, control, hidden)
    least = k.fit.sum(axis=0).min()
    if least < 5:
        keep = k.Y.columns[k.fit.sum(axis=0) >= 5]
        d = d[d.unit.isin(keep)]
        k = Table(d, control, hidden)
    threshold = None if share is None else share * k.largest
    more = {"placebo_period": (1 - hidden, 0)} if hidden else {}
    o = sp.fect(d, y="y", treat="d", unit="unit", time="time", covariates=["x"] if control else None, method="ife" if r else "mc", r=r or 0,
                lam=None if share is None else threshold / k.E.size, force="two-way", min_t0=5, tol=1e-12, max_iter=200_000, vce="jackknife" if jackknife else None, **more)
    fitted = o.model_info["counterfactual"].to_numpy()
    case = {"id": name, "program": "StatsPAI", "version": version("StatsPAI"), "call": f"sp.fect(method='{'ife' if r else 'mc'}', min_t0=5, tol=1e-12)", "data": data, "control": control,
            "factors": r or 0, "lambda": share or 0, "threshold": threshold, "placebo": hidden, "units": k.E.shape[1], **k.effects(fitted), "estimate": float(o.estimate)}
    e = np.where(k.fit, k.Y.to_numpy() - fitted, 0)
    case["mse"] = float((e**2).sum() / k.fit.sum())
    if other:
        case["other"] = f"cvxpy {version('cvxpy')}" if r is None else f"scipy {version('scipy')}"
        case["objective"] = convex(k, threshold) if r is None else factors(k, r)
    if jackknife:
        case["jackknife"] = float(o.se)
    if hidden:
        case["placebo_test"] = {q: float(v) for q, v in o.model_info["placebo_test"].items() if isinstance(v, (int, float))}
    print(name, case["overall"], case["estimate"], case.get("objective"), case["mse"] * k.fit.sum() / 2, case.get("jackknife"), case.get("placebo_test"), o.model_info.get("niter"), flush=True)
    cases.append(case)
json.dump({"about": "Interactive fixed effects and matrix completion. objective: the optimum by another program: of ½Σe² + τ‖L‖⁎, τ = threshold, or of ½Σe². lambda: τ over the largest singular value of the two-way model's residuals. selections: cells hidden, and the mean squared errors of predicting them.", "cases": cases, "selections": selections}, open("low_rank.json", "w"), indent=1, ensure_ascii=False)
