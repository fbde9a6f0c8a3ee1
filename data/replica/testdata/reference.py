"""Writes pyfixest.json: the regressions of package replica on data/dual-pilot.csv by an independent program, with what
the program is, its version and the call of each. Run in this folder after the data changes:

    pip install pyfixest==0.60.0 && python reference.py
"""

import hashlib
import json
import pathlib
import warnings
from importlib.metadata import version

import pandas as pd
import pyfixest as pf

warnings.filterwarnings("ignore")
file = pathlib.Path("../../dual-pilot.csv")
d = pd.read_csv(file)
d["L1"] = d.sort_values(["city", "year"]).groupby("city").DID.shift(1)
exposure = d.year - d.adopt_dual
controls = ["PGDP", "FINDEV", "OPEN", "GOVSUP", "MKTZ", "URB"]
plain = " + ".join(controls)
tails = d.copy()
for v in ["DIA"] + controls:
    tails[v] = tails[v].clip(*tails[v].quantile([0.01, 0.99]))

columns = [
    ("table2", "(1)", "DIA ~ DID", d),
    ("table2", "(2)", f"DIA ~ DID + {plain}", d),
    ("table2", "(3)", f"DIA ~ SC + {plain}", d),
    ("table2", "(4)", f"DIA ~ LCC + {plain}", d),
    ("table3", "(2) lagged", f"DIA ~ L1 + {plain}", d.dropna(subset=["L1"])),
    ("table3", "(3) BN", f"DIA ~ DID + BN + {plain}", d.dropna(subset=["BN"])),
    ("table3", "(4) ET", f"DIA ~ DID + ET + {plain}", d),
    ("table3", "(5) winsorised 1%", f"DIA ~ DID + {plain}", tails),
]
for m in ["DTI", "GTI", "HC"]:
    columns.append(("table4", f"{m}, first step", f"{m} ~ DID + {plain}", d))
    columns.append(("table4", f"{m}, second step", f"DIA ~ DID + {m} + {plain}", d))
for name, rows in [("short 0-2", exposure <= 2), ("middle 3-5", exposure.between(3, 5)), ("long >5", exposure > 5)]:
    columns.append(("table5", name, f"DIA ~ DID + {plain}", d[(d.DID == 0) | rows]))
for v in ["PGDP", "PM25"]:
    low = d[v] <= d[v].median()
    columns.append(("table6", f"{v} low", f"DIA ~ DID + {plain}", d[low]))
    columns.append(("table6", f"{v} high", f"DIA ~ DID + {plain}", d[~low]))

out = {
    "program": "pyfixest",
    "version": version("pyfixest"),
    "data_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
    "columns": [],
}
for table, name, formula, rows in columns:
    call = f'feols("{formula} | city + year", vcov="iid", fixef_rm="none", fixef_tol=1e-12)'
    fit = pf.feols(f"{formula} | city + year", rows, vcov="iid", fixef_rm="none", fixef_tol=1e-12)
    t = fit.tidy()
    out["columns"].append({
        "table": table, "column": name, "call": call, "n": int(fit._N), "r2": float(fit._r2),
        "coef": {"l(DID, 1)" if k == "L1" else k: [float(t.loc[k, "Estimate"]), float(t.loc[k, "Std. Error"])] for k in t.index},
    })
text = json.dumps(out, indent=1)
pathlib.Path("pyfixest.json").write_text(text + "\n")
