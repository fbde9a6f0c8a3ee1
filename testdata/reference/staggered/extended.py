"""Remakes etwfe.json: diff-diff's WooldridgeDiD; python extended.py, from this folder."""

import json
import warnings
from importlib.metadata import version

import diff_diff
import pandas as pd

warnings.filterwarnings("ignore")
d = pd.read_csv("../data/balanced.csv")
d["g"] = d.cohort.fillna(0).astype(int)
cases = []
for control, ours in (("not_yet_treated", "notyet"), ("never_treated", "never")):
    r = diff_diff.WooldridgeDiD(control_group=control).fit(d, outcome="y", unit="unit", time="time", first_treat="g")
    r.aggregate("event_study")
    cases.append({"id": control, "program": "diff-diff", "version": version("diff-diff"),
                  "call": f"WooldridgeDiD(control_group='{control}').fit(d, outcome='y', unit='unit', time='time', first_treat='cohort, 0 if never')",
                  "method": "etwfe", "data": "testdata/reference/data/balanced.csv", "covariates": "1", "control": ours,
                  "group_time": [[int(g), int(t), v["att"], v["se"]] for (g, t), v in r.group_time_effects.items() if v["se"] > 0],
                  "by_event": [[int(k), v["att"], v["se"]] for k, v in r.event_study_effects.items() if v["se"] > 0],
                  "averages": {"simple": [float(r.overall_att), float(r.overall_se)]}})
body = ",\n".join("  " + json.dumps(c) for c in cases)
with open("etwfe.json", "w") as f:
    f.write('{\n "about": "The extended two-way regression by diff-diff.",\n "cases": [\n%s\n ]\n}\n' % body)
