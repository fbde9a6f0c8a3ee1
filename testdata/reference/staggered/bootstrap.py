"""Remakes bootstrap.json: pip install moderndid==0.2.0 pandas; python bootstrap.py, from this folder."""

import json
import warnings
from importlib.metadata import version

import moderndid
import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
SEEDS = 60


def main():
    df = pd.read_csv("../data/balanced.csv")
    df["g"] = df["cohort"].fillna(0)
    errors, critical = [], []
    for seed in range(1, SEEDS + 1):
        m = moderndid.att_gt(df, yname="y", tname="time", idname="unit", gname="g", boot=True, biters=999, random_state=seed)
        a = moderndid.aggte(m, type="dynamic", boot=True, biters=999, random_state=seed)
        errors.append(a.se_by_event)
        critical.append(np.ravel(a.critical_values)[0])
    out = {
        "program": "moderndid", "version": version("moderndid"),
        "call": "aggte(att_gt(d, yname='y', tname='time', idname='unit', gname='cohort, 0 if never', boot=True, biters=999, random_state=s), type='dynamic', boot=True, "
                f"biters=999, random_state=s), means over s = 1 … {SEEDS}",
        "data": "testdata/reference/data/balanced.csv", "seeds": SEEDS, "draws": 999,
        "by_event": [[float(e), float(s)] for e, s in zip(a.event_times, np.mean(errors, axis=0))], "critical": float(np.mean(critical)),
    }
    with open("bootstrap.json", "w") as f:
        json.dump(out, f, indent=1)
        f.write("\n")


main()
