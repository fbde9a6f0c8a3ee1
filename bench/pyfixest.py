"""Times the designs that `go run ./bench data DIR` wrote, in pyfixest, with every back end that runs on this machine.

    python pyfixest.py DIR [ONLY [REPS]] > pyfixest.json

A run is one call of feols on a data frame in memory, with what pyfixest offers to be fast (lean, no copy of the data, none
kept). The first call of each back end warms up: numba compiles in it. A back end whose first call takes a minute or more is
run once only; one that does not converge is noted.
"""

import gc
import json
import os
import platform
import re
import statistics
import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path

# this file has the name of the package; the package must be found first
sys.path = [p for p in sys.path if Path(p or ".").resolve() != Path(__file__).resolve().parent]

import numpy as np
import pandas as pd
import pyfixest as pf

warnings.filterwarnings("ignore")

BACKENDS = {
    "alternating projections, rust": pf.MapDemeaner(backend="rust"),
    "alternating projections, numba": pf.MapDemeaner(backend="numba"),
    "LSMR, within": pf.LsmrDemeaner(backend="within"),
}


def frame(root, design):
    columns = [design["outcome"], *design["columns"], *design["effects"]]
    d = {c: np.fromfile(root / design["data"] / f"{c}.f64") for c in columns}
    for c in design["effects"]:
        d[c] = d[c].astype(np.int64)
    return pd.DataFrame(d)


def call(design, d, demeaner):
    formula = f"{design['outcome']} ~ {' + '.join(design['columns'])} | {' + '.join(design['effects'])}"
    vcov = {"CRV1": design["cluster"]} if design.get("cluster") else "iid"
    return pf.feols(formula, d, vcov=vcov, demeaner=demeaner, lean=True, copy_data=False, store_data=False)


def reassign(design, d, draws):
    """The treatment's column under random assignment of units to adoption dates, as a placebo test draws it."""
    rng = np.random.default_rng(1)
    wide = d[design["columns"][0]].to_numpy().reshape(d.unit.nunique(), -1)  # balanced, by unit and time
    for _ in range(draws):
        yield wide[rng.permutation(len(wide))].ravel()


def once(design, d, demeaner):
    if not design.get("draws"):
        return call(design, d, demeaner)
    name = design["columns"][0]
    actual = d[name].to_numpy().copy()
    for column in reassign(design, d, design["draws"]):
        d[name] = column
        call(design, d, demeaner)
    d[name] = actual


def single(design, d, demeaner):
    """The median of five single calls after a warm-up."""
    call(design, d, demeaner)
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        call(design, d, demeaner)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main():
    root = Path(sys.argv[1])
    only = re.compile(sys.argv[2] if len(sys.argv) > 2 else ".*")
    reps = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    timings = []
    for design in json.loads((root / "designs.json").read_text()):
        if not only.fullmatch(design["id"]):
            continue
        d = frame(root, design)
        if reps == 0:
            continue
        backends = BACKENDS
        if design.get("draws"):  # hundreds of calls: by the back end that is fastest in one
            backends = dict([min(BACKENDS.items(), key=lambda b: single(design, d, b[1]))])
        for name, demeaner in backends.items():
            t = {"id": design["id"], "backend": name, "seconds": [], "cpu": []}
            timings.append(t)
            try:
                start = time.perf_counter()
                fit = call(design, d, demeaner)  # one regression: its coefficients are compared
                warm = time.perf_counter() - start
                t["coef"] = {k: float(v) for k, v in fit.coef().items()}
                t["std_error"] = {k: float(v) for k, v in fit.se().items()}
                for _ in range(reps if warm < 60 else 1):
                    gc.collect()
                    start, cpu = time.perf_counter(), time.process_time()
                    once(design, d, demeaner)
                    t["seconds"].append(time.perf_counter() - start)
                    t["cpu"].append(time.process_time() - cpu)
                    if sum(t["seconds"]) > 300:
                        break
                print(f"{design['id']:20s} {name:32s} {statistics.median(t['seconds']):10.4f} s", file=sys.stderr)
            except Exception as e:  # noqa: BLE001 - whatever a back end does, the others are timed
                t["note"] = f"{type(e).__name__}: {e}"
                print(f"{design['id']:20s} {name:32s} {t['note'][:120]}", file=sys.stderr)
    versions = {p: version(p) for p in ("pyfixest", "numba", "numpy")} | {"Python": platform.python_version(), "cores": str(os.cpu_count())}
    json.dump({"versions": versions, "timings": timings}, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
