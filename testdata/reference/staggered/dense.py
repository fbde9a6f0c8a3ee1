"""Remakes dense.json: the imputation estimator by its definition, on dense dummies in numpy; python dense.py, from this folder."""

import json

import numpy as np
import pandas as pd


def castle():
    d = pd.read_csv("../../../data/castle.csv")
    first = d[d.post == 1].groupby("sid").year.min() - 1
    d["g"] = d.sid.map(first)
    d["treated"] = d.year >= d.g
    return d


def impute(d, y, unit, time, covariates, weights):
    """τ = y − ŷ(0), and the conservative errors and those of two stages, from the projection matrix itself."""
    z = np.column_stack([pd.get_dummies(d[unit]).to_numpy(float), pd.get_dummies(d[time]).to_numpy(float)[:, 1:], d[covariates].to_numpy(float)])
    w = d[weights].to_numpy(float) if weights else np.ones(len(d))
    out, clean = d.treated.to_numpy(), ~d.treated.to_numpy()
    yv = d[y].to_numpy(float)
    zw = z[clean] * np.sqrt(w[clean])[:, None]
    beta = np.linalg.lstsq(zw, yv[clean] * np.sqrt(w[clean]), rcond=None)[0]
    tau = yv - z @ beta
    u = np.where(out, w, 0) / w[out].sum()
    att = u @ tau
    v = -w[clean] * (z[clean] @ np.linalg.pinv(zw.T @ zw) @ (z[out].T @ u[out]))
    k = pd.DataFrame({"c": d[unit], "g": d.g, "t": d[time], "u": u, "tau": tau})[out]
    centre = k.groupby(["g", "t"])[["u", "tau"]].apply(lambda s: (s.u**2 * s.tau).sum() / (s.u**2).sum()).rename("centre")
    k = k.join(centre, on=["g", "t"])
    model = pd.DataFrame({"c": d[unit][clean], "s": v * tau[clean]}).groupby("c").s.sum()
    bjs = k.assign(s=k.u * (k.tau - k.centre)).groupby("c").s.sum()
    two = k.assign(s=k.u * (k.tau - att)).groupby("c").s.sum()
    se = lambda s: float(np.sqrt((model.add(s, fill_value=0) ** 2).sum()))
    return float(att), se(bjs), se(two)


cases = []
for name, covariates, weights in (("castle", [], ""), ("castle_w", [], "popwt"), ("castle_w_cov", ["l_police", "unemployrt"], "popwt")):
    att, bjs, two = impute(castle(), "l_homicide", "sid", "year", covariates, weights)
    for method, se in (("imputation", bjs), ("did2s", two)):
        cases.append({"id": f"{name}_{method}", "program": "numpy", "version": np.__version__, "call": "dense.py", "method": method, "data": "castle",
                      "covariates": " + ".join(covariates) or "1", "weights": weights, "averages": {"simple": [att, se]}})
body = ",\n".join("  " + json.dumps(c) for c in cases)
with open("dense.json", "w") as f:
    f.write('{\n "about": "Imputation and two-stage averages by definition, on dense dummies.",\n "cases": [\n%s\n ]\n}\n' % body)
