"""Remakes spacetime.json: Newey-West, Driscoll-Kraay and Conley errors.

    pip install numpy pandas && python spacetime.py FOLDER     with FOLDER that of the golden results of R's fixest

R's fixest 0.14.2 is typed from the golden files in FOLDER (fixest_conley.json on the 297 cities, whose data are not kept
here; the NW and DK cases of fixest_castle.json on castle_study.csv). `dense` computes the same formulas from all pairs of
rows on data that are here, with gaps, weights and effects.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from wild import dummies, independent

HERE = Path(__file__).parent


def sandwich(d, outcome, xs, effects, weights, pairs, factor):
    y, x = d[outcome].to_numpy(float), d[xs].to_numpy(float)
    w = d[weights].to_numpy() if weights else np.ones(len(d))
    z = independent(np.hstack([x, dummies(d, effects)]), len(xs))
    b = np.linalg.inv(z.T @ (z * w[:, None]))
    s = z * (w * (y - z @ (b @ (z.T @ (w * y)))))[:, None]
    v = b @ (s.T @ pairs @ s) @ b * factor
    return np.sqrt(np.diag(v))[: len(xs)]


def full(d, xs, effects):
    return len(xs) + (sum(d[e].nunique() for e in effects) - (len(effects) - 1) if effects else 1)


def bartlett(d, time, lag, unit=None):
    t = np.unique(d[time], return_inverse=True)[1]
    gap = np.abs(t[:, None] - t[None])
    k = np.clip(1 - gap / (lag + 1), 0, None)
    return k if unit is None else k * (d[unit].to_numpy()[:, None] == d[unit].to_numpy()[None])


def uniform(lat, lon, cutoff, distance):
    rad = np.pi / 180
    dlat, dlon = np.abs(lat[:, None] - lat), np.abs(lon[:, None] - lon)
    dlon = np.minimum(dlon, 360 - dlon)
    mean = np.cos((lat[:, None] + lat) / 2 * rad)
    if distance == "triangular":
        return (np.sqrt(dlat**2 + (mean * dlon) ** 2) * 111 <= cutoff).astype(float)
    h = np.sin(dlat * rad / 2) ** 2 + np.cos(lat * rad)[:, None] * np.cos(lat * rad) * np.sin(dlon * rad / 2) ** 2
    return ((12752 * np.arcsin(np.sqrt(h)) <= cutoff) & (dlat <= cutoff / 111) & (dlon <= cutoff / (111 * mean))).astype(float)


def typed(folder):
    cases = []
    for c in json.loads((Path(folder) / "fixest_castle.json").read_text())["cases"]:
        for r in c["results"]:
            if "NW(" in r["call"] or "DK(" in r["call"]:
                kind, lag = ("nw" if "NW(" in r["call"] else "dk"), int(r["call"].rstrip(")").split("(")[-1])
                cases.append({"id": c["id"] + "/" + kind, "program": "R fixest 0.14.2", "call": c["call"] + "; " + r["call"], "data": "castle_study.csv", "index": ["state", "year"],
                              "formula": "l_homicide ~ l(cdl, 0:2) + f(cdl, 1) | state + year", "weights": "popwt" if "popwt" in c["call"] else "", "type": kind, "unit": "state", "time": "year", "lag": lag,
                              "df": r["df_t"], "coef": [{"term": t, "estimate": b, "std_error": s} for t, b, s in zip(r["names"], r["coef"], r["se"])]})
    for c in json.loads((Path(folder) / "fixest_conley.json").read_text())["cases"]:
        for r in c["results"]:
            if "conley(" in r["call"]:
                inside = r["call"].split("conley(")[1]
                cases.append({"id": c["id"], "program": "R fixest 0.14.2", "call": c["prep"] + "; est <- " + c["call"] + "; " + r["call"], "data": "city_frame_337.csv", "index": [],
                              "formula": c["call"][6:-4], "weights": "", "if": "year == 2015" if c["id"].endswith("1yr") else "", "type": "conley", "cutoff": float(inside.split(",")[0]),
                              "distance": inside.split("'")[1], "df": r["df_t"], "coef": [{"term": t, "estimate": b, "std_error": s} for t, b, s in zip(r["names"], r["coef"], r["se"])]})
    return cases


def dense():
    cases = []
    for data, outcome, xs, effects, unit, time, weights in [
        ("castle_study.csv", "l_homicide", ["cdl", "poverty"], ["state", "year"], "state", "year", None),
        ("castle_study.csv", "l_homicide", ["cdl", "poverty"], ["state", "year"], "state", "year", "popwt"),
        ("unbalanced.csv", "y", ["d", "x1"], ["unit", "time"], "unit", "time", "w"),
        ("unbalanced.csv", "y", ["d", "x1"], [], "unit", "time", None),
    ]:
        d = pd.read_csv(HERE / "data" / data).dropna(subset=[outcome, *xs, unit, time] + ([weights] if weights else []))
        while effects:
            keep = np.logical_and.reduce([d.groupby(e)[e].transform("size").to_numpy() > 1 for e in effects])
            if keep.all():
                break
            d = d[keep]
        n, k, T = len(d), full(d, xs, effects), d[time].nunique()
        base = {"program": "dense numpy " + np.__version__, "call": "python spacetime.py", "data": data, "index": [unit, time], "weights": weights or "",
                "formula": f"{outcome} ~ {' + '.join(xs)}" + (f" | {' + '.join(effects)}" if effects else "")}
        factor = T / (T - 1) * (n - 1) / (n - k)
        for kind, lag in [("nw", 1), ("nw", 3), ("dk", 0), ("dk", 2)]:
            se = sandwich(d, outcome, xs, effects, weights, bartlett(d, time, lag, unit if kind == "nw" else None), factor)
            cases.append({**base, "id": f"{data}/{kind}", "type": kind, "unit": unit, "time": time, "lag": lag, "df": T - 1,
                          "coef": [{"term": t, "std_error": s} for t, s in zip(xs, se)]})
        code = d[unit].astype("category").cat.codes.to_numpy() if d[unit].dtype == object or str(d[unit].dtype).startswith("str") else d[unit].to_numpy()
        key = d["sid"].to_numpy() if "sid" in d else code
        lat, lon = key * 37 % 101 * 0.9 - 45.0, key * 53 % 97 * 3.7 - 179.0  # places all over the globe, across the date line
        for cutoff in (900.0, 4000.0):
            for distance in ("triangular", "spherical"):
                se = sandwich(d, outcome, xs, effects, weights, uniform(lat, lon, cutoff, distance), n / (n - k))
                cases.append({**base, "id": f"{data}/conley", "type": "conley", "cutoff": cutoff, "distance": distance, "df": n - k, "place": "sid" if "sid" in d else unit,
                              "coef": [{"term": t, "std_error": s} for t, s in zip(xs, se)]})
    return cases


if __name__ == "__main__":
    cases = typed(sys.argv[1]) + dense()
    (HERE / "spacetime.json").write_text(json.dumps({"cases": cases}, indent=1, ensure_ascii=False) + "\n")
    print(len(cases))
