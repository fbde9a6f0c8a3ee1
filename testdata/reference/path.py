"""The path from the two-way estimate to imputation and to Callaway & Sant'Anna, by definition: dense dummies, one regression
for each pair of cohorts, loops over cells. Writes path.json. pip install numpy==2.4.6 pandas==3.1.1"""
import itertools, json, pathlib
import numpy as np, pandas as pd
here = pathlib.Path(__file__).parent
root = here.parents[1]


def dense(d, x=()):
    """Dummies of unit and time, and the controls."""
    return np.column_stack([pd.get_dummies(d.u, dtype=float), pd.get_dummies(d.t, dtype=float), d[list(x)].to_numpy(float)])


def residual(v, Z, w):
    s = np.sqrt(w)[:, None]
    return v - Z @ np.linalg.lstsq(Z * s, v * s[:, 0], rcond=None)[0]


def twoway(d, x=()):
    r = residual(d.D.to_numpy(float), dense(d, x), d.w.to_numpy(float))
    return (d.w * r * d.y).sum() / (d.w * r * d.D).sum(), r


def imputation(d, x):
    """Steps to the mean imputed effect."""
    steps = [["twfe", twoway(d, x)[0]]]
    first = d.groupby("u").t.transform("min")
    d = d[~(d.g <= first)]
    clean = d[d.D == 0]
    d = d[(d.D == 0) | d.u.isin(clean.u) & d.t.isin(clean.t)]
    beta, r = twoway(d, x)
    if abs(beta - steps[-1][1]) > 1e-9:
        steps.append(["sample", beta])
    Z, w, y = dense(d, x), d.w.to_numpy(float), d.y.to_numpy(float)
    free = (d.D == 0).to_numpy()
    s = np.sqrt(w[free])
    tau = (y - Z @ np.linalg.lstsq(Z[free] * s[:, None], y[free] * s, rcond=None)[0])[~free]
    k = (w * r)[~free]
    k /= k.sum()
    assert abs(k @ tau - beta) < 1e-9, (k @ tau, beta)
    if (k < -1e-12).any():
        p = k > 0
        steps.append(["negative", k[p] @ tau[p] / k[p].sum()])
    steps.append(["uneven", w[~free] @ tau / w[~free].sum()])
    return steps


def comparisons(d, x, control):
    """Steps to the mean of ATT(g, t) over treated rows, without controls, by pairs of cohorts."""
    steps = [["twfe", twoway(d, x)[0]]]
    if x:
        steps.append(["controls", twoway(d)[0]])
    n = d.groupby("u").t.transform("size")
    if (n < d.t.nunique()).any():
        d = d[n == d.t.nunique()]
        steps.append(["sample", twoway(d)[0]])
    times = sorted(d.t.unique())
    d = d.assign(g=d.g.fillna(np.inf))
    d = d.assign(g=d.g.where(d.g > times[0], -np.inf))
    pairs = []
    for k, l in itertools.permutations(sorted(d.g.unique()), 2):
        if not np.isfinite(k):
            continue
        s = d[d.g.isin([k, l])]
        if l == np.inf or l == -np.inf:
            forbidden = l == -np.inf
        elif k < l:  # the earlier against the later, before that is treated
            s, forbidden = s[s.t < l], False
        else:  # the later against the earlier, once that is treated
            s, forbidden = s[s.t >= l], True
        if s.D.nunique() < 2:
            continue
        dd, r = twoway(s)
        pairs.append((forbidden, k, l, s, dd, s.w.sum() * (s.w * r * r).sum()))  # n² V
    weights = np.array([p[-1] for p in pairs])
    weights /= weights.sum()
    assert abs(sum(weights * [p[4] for p in pairs]) - steps[-1][1]) < 1e-9
    keep = [not p[0] for p in pairs]
    weights, clean = weights[keep] / weights[keep].sum(), [p for p in pairs if not p[0]]
    if len(clean) < len(pairs):
        steps.append(["forbidden", sum(weights * [p[4] for p in clean])])
    mean = d.groupby(["g", "t"]).apply(lambda c: np.average(c.y, weights=c.w))
    long, share = 0.0, {}
    for b, (_, k, l, s, _, _) in zip(weights, clean):
        after = [t for t in sorted(s.t.unique()) if t >= k]
        base = max(t for t in times if t < k)
        for t in after:
            long += b / len(after) * (mean[k, t] - mean[k, base] - mean[l, t] + mean[l, base])
            share[k, t] = share.get((k, t), 0) + b / len(after)
    steps.append(["base", long])
    att, size = {}, {}
    for k in sorted(d.g.unique()):
        for t in times:
            if not np.isfinite(k) or t < k:
                continue
            base = max(s for s in times if s < k)
            c = d[d.g == np.inf] if control == "never" else d[(d.g > t) & (d.g != -np.inf)]
            if len(c):
                m = lambda q, s: np.average(q[q.t == s].y, weights=q[q.t == s].w)
                own = d[d.g == k]
                att[k, t] = m(own, t) - m(own, base) - m(c, t) + m(c, base)
                size[k, t] = own[own.t == t].w.sum()
    steps.append(["comparison", sum(v * att[c] for c, v in share.items())])
    steps.append(["shares", sum(att[c] * size[c] for c in att) / sum(size.values())])
    return steps


def case(id, file, y, D, unit, time, x=(), control="never", weights="", when=""):
    d = pd.read_csv(root / file).copy()
    if when:
        d = d.query(when)
    d = d.assign(u=d[unit], t=d[time], y=d[y], D=d[D], w=d[weights] if weights else 1.0)
    d = d.dropna(subset=["y", "D", "w", *x])
    first = d[d.D == 1].groupby("u").t.min()
    d = d.assign(g=d.u.map(first))
    out = dict(id=id, program="numpy", version=np.__version__, call="path.py", data=file, formula=f"{y} ~ " + (" + ".join(x) or "1"), treat=D, unit=unit, time=time,
               weights=weights, control=control, imputation=imputation(d, list(x)))
    out["if"] = when.replace(" and ", " & ").replace(" or ", " | ")
    out["comparisons"] = comparisons(d, list(x), control)
    for k in ("imputation", "comparisons"):
        out[k] = [[s, float(v)] for s, v in out[k]]
        print(id, k, out[k])
    return out



castle = ("data/castle.csv", "l_homicide", "post", "sid", "year")
balanced = ("testdata/reference/data/balanced.csv", "y", "d", "unit", "time")
unbalanced = ("testdata/reference/data/unbalanced.csv", "y", "d", "unit", "time")
cases = [
    case("castle", *castle), case("castle_notyet", *castle, control="notyet"), case("castle_controls", *castle, x=("poverty", "unemployrt")),
    case("castle_weights", *castle, weights="popwt"), case("castle_always", *castle, when="year >= 2006", control="notyet"),
    case("balanced", *balanced), case("balanced_notyet", *balanced, control="notyet"), case("balanced_controls", *balanced, x=("x1",)),
    case("no_never_treated", *balanced, when="cohort > 0", control="notyet"), case("one_cohort", *balanced, when="cohort == 0 or cohort == 2004"),
    case("one_treated_unit", *balanced, when="cohort == 0 or unit == 1"), case("from_2003_with_controls", *balanced, when="time > 2002", x=("x1", "x2"), control="notyet"),
    case("unbalanced", *unbalanced, x=("x1",)),
    case("pilots", "data/dual-pilot.csv", "DIA", "DID", "city", "year"),
]
(here / "path.json").write_text(json.dumps(dict(about="Steps from the two-way estimate to others, by path.py.", cases=cases), indent=1) + "\n")
