"""Remakes dose_pieces.json: the choice of the spline's pieces and the curves by moderndid's port of npiv; python dose_pieces.py, from this folder."""

import json
import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd
from moderndid.didcont.npiv.estimators import npiv_est
from moderndid.didcont.npiv.lepski import npiv_j, npiv_jhat_max

warnings.filterwarnings("ignore")
DATA = "testdata/reference/data/dose_waves.csv"


def simulate():
    """500 units in two periods, two in three treated with a dose from 0 to 1, whose effect is a line or has waves."""
    rng = np.random.default_rng(12)
    rows = []
    for u in range(1, 501):
        g = 2 if u % 3 else 0
        dose = round(float(rng.random() ** 1.3 + 0.01), 5) if g else 0.0
        level, noise = rng.normal(), rng.normal(size=2) * 0.5
        for t in [1, 2]:
            on = float(g > 0 and t >= g)
            rows.append([u, t, g, dose, round(level + 0.2 * t + on * (1 + dose) + noise[t - 1], 5), round(level + 0.2 * t + on * 2 * np.sin(9 * dose) + noise[t - 1], 5)])
    pd.DataFrame(rows, columns=["unit", "time", "g", "dose", "line", "waves"]).to_csv("../../../" + DATA, index=False)


def choose(outcome, degree):
    d = pd.read_csv("../../../" + DATA)
    y = d.pivot(index="unit", columns="time", values=outcome)
    dy = (y[2] - y[1]).to_numpy()
    dose = d.drop_duplicates("unit").dose.to_numpy()
    treated = dose > 0
    others = dy[~treated]
    y1, x = dy[treated] - others.mean(), dose[treated].reshape(-1, 1)
    most = npiv_jhat_max(x, x, j_x_degree=degree, k_w_degree=degree, knots="quantiles")
    tried = most["j_x_segments_set"]  # instruments of the same splines: least squares
    c = npiv_j(y1, x, x, j_x_degree=degree, k_w_degree=degree, j_x_segments_set=tried, k_w_segments_set=tried, knots="quantiles", alpha=most["alpha_hat"], boot_num=4000, seed=1)
    pairs = [[int(a), int(b)] for i, a in enumerate(tried) for b in tried[i + 1:]]
    grid = np.linspace(0.05, 0.95, 7)
    r = npiv_est(y1, x, x, x_eval=grid.reshape(-1, 1), j_x_degree=degree, k_w_degree=degree, j_x_segments=int(c["j_x_seg"]), k_w_segments=int(c["j_x_seg"]), knots="quantiles")
    shift = ((others - others.mean()) ** 2).sum() / len(others) ** 2  # the error of the mean taken off, which npiv does not know
    return {"id": f"{outcome}_{degree}", "program": "moderndid", "version": version("moderndid"), "call": f"npiv_jhat_max, npiv_j and npiv_est(j_x_degree={degree}, knots='quantiles'); errors with that of the untreated mean added",
            "outcome": outcome, "degree": degree, "tried": [int(k) for k in tried], "level": float(1 - most["alpha_hat"]), "distances": [[*p, float(z)] for p, z in zip(pairs, c["z_sup"])],
            "chosen": int(c["j_x_seg"]), "critical": float(c["theta_star"]), "grid": grid.tolist(), "att": [[float(h), float(np.sqrt(s**2 + shift))] for h, s in zip(r.h.ravel(), r.asy_se.ravel())],
            "acrt": [[float(h), float(s)] for h, s in zip(r.deriv.ravel(), r.deriv_asy_se.ravel())]}


if __name__ == "__main__":
    simulate()
    cases = [choose("line", 3), choose("waves", 3), choose("waves", 2)]
    with open("dose_pieces.json", "w") as f:
        json.dump({"about": "The choice of the number of pieces of the spline in the dose: [from, to, largest |t|]; [estimate, error] at each dose of the grid; critical is simulated.", "cases": cases}, f, indent=1)
        f.write("\n")
    for c in cases:
        print(c["id"], c["tried"], c["level"], c["distances"][:3], c["chosen"], c["critical"], c["att"][:2], c["acrt"][:2])
