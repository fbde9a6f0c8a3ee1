"""Remakes randomised.json: tests of an effect by assigning the treatment anew, and by errors drawn from control clusters.

    pip install numpy==2.4.2 pandas==3.0.0 pyfixest==0.60.0 && python randomised.py

All of it is dense: dummies, one least-squares regression for each assignment and each hypothesis, every assignment or
every draw enumerated, so that p is one number. Intervals go from the least to the greatest hypothesis that is not
rejected, found on a grid and then by bisection. pyfixest's ritest, made to permute, draws at random: held within five Monte-Carlo errors.
"""

import itertools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest as pf

HERE = Path(__file__).parent
TIE = 1e-9


def dummies(d, effects):
    if not effects:
        return np.ones((len(d), 1))
    parts = [pd.get_dummies(d[e]).to_numpy(float) for e in effects]
    return np.hstack([parts[0]] + [p[:, 1:] for p in parts[1:]])


BREAD = {}  # of the columns seen, as the hypotheses of one study share them


def fit(y, x, z, vcov, codes, k, w=None):
    """Coefficient of x beside z and its error with fixest's factors; k parameters counted."""
    w = np.ones(len(y)) if w is None else w
    r = np.sqrt(w)
    full = np.column_stack([x, z]) * r[:, None]
    key = full.tobytes()
    if key not in BREAD:
        BREAD[key] = np.linalg.pinv(full.T @ full)
    bread = BREAD[key]
    beta = bread @ (full.T @ (y * r))
    e = y * r - full @ beta
    n = len(y)
    if vcov == "iid":
        v = bread[0, 0] * (e @ e) / (n - k)
    else:
        scores = full * e[:, None]
        if vcov == "cluster":
            sums = np.zeros((codes.max() + 1, full.shape[1]))
            np.add.at(sums, codes, scores)
            g = codes.max() + 1
            factor = g / (g - 1) * (n - 1) / (n - k)
            scores = sums
        else:
            factor = n / (n - k)
        v = factor * (bread @ (scores.T @ scores) @ bread)[0, 0]
    return beta[0], np.sqrt(v)


def hull(p, b, scale, alpha=0.05):
    """Least and greatest hypothesis with p above alpha, around b where p is one."""
    ends = []
    for sign in (-1, 1):
        grid = np.linspace(0, 40 * scale, 4001)
        ok = np.array([p(b + sign * g) > alpha for g in grid])
        last = np.nonzero(ok)[0].max()
        if last == len(grid) - 1:
            ends.append(None)
            continue
        low, high = grid[last], grid[last + 1]
        for _ in range(60):
            m = (low + high) / 2
            if p(b + sign * m) > alpha:
                low = m
            else:
                high = m
        ends.append(b + sign * (low + high) / 2)
    return ends


def orders(starts):
    return sorted(set(itertools.permutations(starts)))


def randomisation(d, outcome, treat, controls, effects, vcov, cluster, assign, k, weights=None):
    time = d["year"].to_numpy(float) if "year" in d else np.zeros(len(d))
    groups = sorted(d[assign].unique())
    code = d[assign].map({g: i for i, g in enumerate(groups)}).to_numpy()
    t = d[treat].to_numpy(float)
    starts = tuple(min(time[(code == g) & (t == 1)], default=np.inf) for g in range(len(groups)))
    y = d[outcome].to_numpy(float)
    z = np.hstack([d[controls].to_numpy(float), dummies(d, effects)])
    clusters = pd.factorize(d[cluster], sort=True)[0] if cluster else None
    w = d[weights].to_numpy(float) if weights else None
    columns = [(time >= np.array(s)[code]).astype(float) for s in orders(starts)]
    b, se = fit(y, t, z, vcov, clusters, k, w)

    def p(tau, stat):
        own = abs(b - tau) / (se if stat == "t" else 1)
        same = 0
        for c in columns:
            bb, ss = fit(y - tau * t, c, z, vcov, clusters, k, w)
            same += abs(bb) / (ss if stat == "t" else 1) >= own * (1 - TIE)
        return same / len(columns)

    slope = np.array([fit(t, c, z, "iid", None, k, w)[0] for c in columns])
    level = np.array([fit(y, c, z, "iid", None, k, w)[0] for c in columns])
    linear = lambda tau: np.mean(np.abs(level - tau * slope) >= abs(b - tau) * (1 - TIE))
    assert abs(linear(0.3) - p(0.3, "coef")) < 1e-12
    out = {"estimate": b, "std_error": se, "assignments": len(columns), "groups": len(groups), "p_coef": p(0, "coef"), "p_t": p(0, "t"), "interval_coef": hull(linear, b, se)}
    # t's ends: bisection from the estimate, where p is one
    ends = []
    for sign in (-1, 1):
        near, far = 0.0, se
        while p(b + sign * far, "t") > 0.05 and far < 1e6 * se:
            near, far = far, 2 * far
        if far >= 1e6 * se:
            ends.append(None)
            continue
        for _ in range(40):
            m = (near + far) / 2
            if p(b + sign * m, "t") > 0.05:
                near = m
            else:
                far = m
        ends.append(b + sign * (near + far) / 2)
    out["interval_t"] = ends
    return out


def ferman_pinto(d, outcome, treat, controls, effects, cluster, weights=None, size=None, draws=0):
    """Ferman & Pinto (2019), appendix A.4: every draw where draws is 0."""
    y, t = d[outcome].to_numpy(float), d[treat].to_numpy(float)
    z = np.hstack([d[controls].to_numpy(float), dummies(d, effects)])
    w = d[weights].to_numpy(float) if weights else np.ones(len(d))
    hat = z @ np.linalg.pinv(z.T @ (z * w[:, None])) @ (z * w[:, None]).T
    net, ey = t - hat @ t, y - hat @ y
    dd = (w * net**2).sum()
    estimate = (w * net * y).sum() / dd
    groups, years = sorted(d[cluster].unique()), sorted(d["year"].unique())
    cell = [[np.nonzero(((d[cluster] == g) & (d["year"] == s)).to_numpy())[0] for s in years] for g in groups]
    a = np.array([[(w[i] * net[i]).sum() / dd for i in row] for row in cell])
    mean = lambda x: np.array([[np.average(x[i], weights=w[i]) for i in row] for row in cell])
    my, mt = mean(ey), mean(net)
    if size:
        share = 1 / mean(d[size].to_numpy(float))
    else:
        share = np.array([[(w[i] ** 2).sum() / w[i].sum() ** 2 for i in row] for row in cell])
    never = [c for c in range(len(groups)) if not any(t[i].any() for i in cell[c])]

    def scaled(tau):
        e = my - tau * mt
        out = []
        for c in range(len(groups)):
            z2 = np.array([a[c] @ e[k] for k in never])
            q = np.array([a[c] ** 2 @ share[k] for k in never])
            own = a[c] ** 2 @ share[c]
            if np.ptp(q) <= 1e-10 * q.max():
                co = np.array([np.mean(z2**2), 0.0])
            else:
                co = np.linalg.lstsq(np.column_stack([np.ones(len(q)), q]), z2**2, rcond=None)[0]
                if co[1] < 0:
                    co = np.array([np.mean(z2**2), 0.0])
                elif co[0] < 0:
                    co = np.array([0.0, (q @ z2**2) / (q @ q)])
            out.append(z2 * np.sqrt((co[0] + co[1] * own) / (co[0] + co[1] * q)))
        return np.array(out)

    if draws:
        rng = np.random.default_rng(20240501)
        index = rng.integers(0, len(never), (len(groups), draws))

    def p(tau):
        s = scaled(tau)
        if draws:
            sums = sum(s[c][index[c]] for c in range(len(groups)))
        else:
            sums = np.zeros(1)
            for row in s:
                sums = (sums[:, None] + row[None, :]).ravel()
        slack = TIE * max(abs(estimate - tau), s.std())
        return min(1, 2 * min(np.mean(sums <= estimate - tau + slack), np.mean(sums >= estimate - tau - slack)))

    out = {"estimate": estimate, "p_value": p(0), "draws": draws or len(never) ** len(groups), "clusters": len(groups), "controls": len(never)}
    if not draws:
        s = np.sqrt((scaled(estimate) ** 2).mean(axis=1).sum())
        ends = []
        for sign in (-1, 1):
            near, far = 0.0, s
            while p(estimate + sign * far) > 0.05:
                near, far = far, 2 * far
            for _ in range(45):
                m = (near + far) / 2
                if p(estimate + sign * m) > 0.05:
                    near = m
                else:
                    far = m
            ends.append(estimate + sign * (near + far) / 2)
        out["interval"] = ends
    return out


def few_treated():
    """Persons in regions of unequal size over six years: the study that the small cases are made on."""
    rng = np.random.default_rng(7)
    rows = []
    for g in range(8):
        size, level = [2, 5, 3, 9, 4, 7, 1, 6][g], rng.normal()
        for year in range(2001, 2007):
            shock = 0.3 * rng.normal()
            for i in range(size):
                x = rng.normal()
                rows.append([g + 1, 100 * (g + 1) + i, year, round(x, 6), round(0.5 + rng.random(), 6), size * 1000 + 37 * g, round(level + 0.1 * (year - 2001) + 0.3 * x + shock + rng.normal(), 6)])
    d = pd.DataFrame(rows, columns=["region", "person", "year", "x", "w", "people", "y"])
    d["one"] = ((d.region == 1) & (d.year >= 2004)).astype(int)
    d["two"] = (((d.region == 1) & (d.year >= 2004)) | ((d.region == 4) & (d.year >= 2005))).astype(int)
    d.to_csv(HERE / "data" / "few_treated.csv", index=False, lineterminator="\n")
    return d


def main():
    d = few_treated()
    castle = pd.read_csv(HERE / "data" / "castle_study.csv")
    study, home = "testdata/reference/data/few_treated.csv", "testdata/reference/data/castle_study.csv"
    means = d.groupby(["region", "year"], as_index=False).mean()
    means.to_csv(HERE / "data" / "few_treated_means.csv", index=False, lineterminator="\n")
    table = "testdata/reference/data/few_treated_means.csv"
    ri = []

    def case(data, panel, index, where, outcome, treat, controls, effects, vcov, cluster, assign, weights=None):
        sub = panel.query(where).reset_index(drop=True) if where else panel
        k = 1 + len(controls)
        for e in effects:  # those nested in clusters leave one parameter
            nested = vcov == "cluster" and (sub.groupby(e)[cluster].nunique() == 1).all()
            k += 1 if nested else sub[e].nunique()
        k += 1 - len(effects) if effects else 1
        case = {"data": data, "index": index, "if": where, "formula": f"{outcome} ~ {' + '.join([treat] + controls)}" + (f" | {' + '.join(effects)}" if effects else ""),
                "treat": treat, "vcov": vcov, "cluster": cluster, "assign": assign, "weights": weights}
        case |= randomisation(sub, outcome, treat, controls, effects, vcov, cluster, assign, k, weights)
        ri.append(case)
        print(case)

    some = " | ".join(f"(sid == {s})" for s in [1, 4, 5, 6, 7, 8, 10, 27])
    case(home, castle, ["sid", "year"], some, "l_homicide", "law", ["poverty"], ["sid", "year"], "cluster", "sid", "sid")
    case(home, castle, ["sid", "year"], some, "l_homicide", "law", [], ["sid", "year"], "iid", None, "sid")
    case(home, castle, ["sid", "year"], some, "l_homicide", "law", ["poverty"], ["sid", "year"], "hetero", None, "sid", "popwt")
    case(table, means, ["region", "year"], "", "y", "two", ["x"], ["region", "year"], "cluster", "region", "region")
    case(study, d, ["person", "year"], "", "y", "two", ["x"], ["person", "year"], "cluster", "region", "region", "w")
    case(study, d, None, "year == 2004", "y", "one", ["x"], [], "hetero", None, "region")

    fp = []

    def few(data, panel, index, where, outcome, treat, controls, effects, cluster, weights=None, size=None, draws=0):
        sub = panel.query(where).reset_index(drop=True) if where else panel
        case = {"data": data, "index": index, "if": where, "formula": f"{outcome} ~ {' + '.join([treat] + controls)} | {' + '.join(effects)}", "treat": treat, "cluster": cluster, "weights": weights, "size": size}
        case |= ferman_pinto(sub, outcome, treat, controls, effects, cluster, weights, size, draws)
        fp.append(case)
        print(case)

    few(study, d, ["person", "year"], "region <= 6", "y", "one", [], ["region", "year"], "region")
    few(study, d, ["person", "year"], "region <= 6", "y", "one", ["x"], ["person", "year"], "region", "w")
    few(study, d, ["person", "year"], "region <= 7", "y", "two", ["x"], ["region", "year"], "region")
    few(table, means, ["region", "year"], "region <= 6", "y", "one", [], ["region", "year"], "region", None, "people")
    few(table, means, ["region", "year"], "region <= 6", "y", "one", [], ["region", "year"], "region")
    never = [int(s) for s, g in castle.groupby("sid") if g.law.max() == 0]
    keep = sorted(never + [1, 44])
    few(home, castle, ["sid", "year"], " | ".join(f"(sid == {s})" for s in keep), "l_homicide", "law", ["poverty"], ["sid", "year"], "sid", None, "popwt", 400_000)

    py = []
    from pyfixest.estimation.post_estimation import ritest

    # its own draws give every row one of the values at random; here the values are permuted, so that as many are treated
    ritest._resample = lambda resampvar_arr, rng, iterations, **_: np.column_stack([rng.permutation(resampvar_arr.ravel()) for _ in range(iterations)])
    fitted = pf.feols("y ~ one + x", data=d[d.year == 2004], vcov="hetero")
    for kind in ("randomization-c", "randomization-t"):
        r = fitted.ritest("one", reps=4000, type=kind, rng=np.random.default_rng(1), choose_algorithm="slow")
        py.append({"type": kind, "reps": 4000, "p": float(r["Pr(>|t|)"])})
        print(py[-1])
    out = {"program": "numpy, dense", "version": f"numpy {np.__version__}, pandas {pd.__version__}", "call": "python randomised.py", "randomisation": ri, "ferman_pinto": fp,
           "pyfixest": {"program": "pyfixest ritest", "version": pf.__version__, "data": study, "if": "year == 2004", "formula": "y ~ one + x", "treat": "one", "cases": py}}
    (HERE / "randomised.json").write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
