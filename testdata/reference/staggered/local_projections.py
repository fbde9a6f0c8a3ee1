"""Remakes lpdid.json: pyfixest's lpdid; python local_projections.py, from this folder."""

import json
from importlib.metadata import version

import pandas as pd
import pyfixest as pf

cases = []
for name, path, y, unit, time in (("balanced", "testdata/reference/data/balanced.csv", "y", "unit", "time"), ("castle", "data/castle.csv", "l_homicide", "sid", "year")):
    d = pd.read_csv("../../../" + path)
    d = d[[unit, time, y] + (["post"] if name == "castle" else ["cohort"])].copy()
    d["g"] = d.cohort.fillna(0).astype(int) if name == "balanced" else d[unit].map(d[d.post == 1].groupby(unit)[time].min() - 1).fillna(0).astype(int)
    pre, post = (3, 4) if name == "balanced" else (6, 3)
    fit = pf.lpdid(d, yname=y, idname=unit, tname=time, gname="g", vcov={"CRV1": unit}, att=False, pre_window=-pre, post_window=post)
    t = fit.tidy()
    print(t)
    cases.append({"id": name, "program": "pyfixest", "version": version("pyfixest"),
                  "call": f"lpdid(d, yname='{y}', idname='{unit}', tname='{time}', gname='g', vcov={{'CRV1': '{unit}'}}, att=False, pre_window=-{pre}, post_window={post})",
                  "method": "lpdid", "data": path if name == "balanced" else "castle", "covariates": "1",
                  "by_event": [[int(float(str(k).split("::")[-1].replace("time_to_treatment", ""))), float(b), float(s)] for k, b, s in zip(t.index, t["Estimate"], t["Std. Error"])]})
body = ",\n".join("  " + json.dumps(c) for c in cases)
with open("lpdid.json", "w") as f:
    f.write('{\n "about": "Local projections by pyfixest.",\n "cases": [\n%s\n ]\n}\n' % body)
