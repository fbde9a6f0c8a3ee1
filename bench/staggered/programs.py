"""Times one estimator of staggered adoption in one program on data that `go run ./bench/staggered data DIR` wrote.

    python programs.py DIR DESIGN PROGRAM [REPS] > DESIGN.PROGRAM.json
    python programs.py DIR DESIGN list

A run starts from a data frame in memory and ends with estimates and errors of the overall effect and of every event time,
and with cs of every average. The first run warms up, unless it takes a minute; no further run begins after a minute. REPS 0 reads the data and estimates nothing: what memory the program and
the data take. Peak memory is the process's.
"""

import gc
import json
import os
import platform
import resource
import sys
import time
import warnings
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
DRAWS = 999
PLACEBOS = 500


def frame(root, data):
    d = pd.DataFrame({c: np.fromfile(root / data / f"{c}.f64") for c in ("unit", "time", "d", "cohort", "y")})
    for c in ("unit", "time", "cohort", "d"):
        d[c] = d[c].astype(np.int64)
    d["rel"] = np.where(d.cohort > 0, d.time - d.cohort, -1000)
    return d


def csdid(d):
    from csdid.att_gt import ATTgt

    m = ATTgt(yname="y", tname="time", idname="unit", gname="cohort", data=d, control_group=["nevertreated"], cband=True, biters=DRAWS).fit(bstrap=True)
    simple = m.aggte(typec="simple", bstrap=True, cband=False).atte
    overall = float(simple["overall_att"]), float(np.ravel(simple["overall_se"])[0])
    for kind in ("dynamic", "group", "calendar"):
        m.aggte(typec=kind, bstrap=True, cband=True)
    return overall


def moderndid(d):
    import moderndid

    m = moderndid.att_gt(d, yname="y", tname="time", idname="unit", gname="cohort", boot=True, biters=DRAWS, random_state=1)
    simple = moderndid.aggte(m, type="simple", boot=True, biters=DRAWS, random_state=1)
    for kind in ("dynamic", "group", "calendar"):
        moderndid.aggte(m, type=kind, boot=True, biters=DRAWS, random_state=1)
    return float(simple.overall_att), float(simple.overall_se)


def differences(d):
    from differences import ATTgt

    x = d.assign(cohort=d.cohort.where(d.cohort > 0)).set_index(["unit", "time"])
    m = ATTgt(data=x, cohort_column="cohort")
    m.fit("y", est_method="dr", boot_iterations=DRAWS, random_state=1, progress_bar=False)
    simple = m.aggregate("simple", overall=True, boot_iterations=DRAWS, random_state=1)
    for kind in ("event", "cohort", "time"):
        m.aggregate(kind, boot_iterations=DRAWS, random_state=1)
    row = np.ravel(simple.to_numpy())
    return float(row[0]), float(row[1])


def diff_diff(d, name, **options):
    import diff_diff

    m = getattr(diff_diff, name)(**options).fit(d, outcome="y", unit="unit", time="time", first_treat="cohort",
                                                **({} if name == "SunAbraham" else {"aggregate": "all"}))
    return float(m.overall_att), float(m.overall_se)


def pyfixest_saturated(d):
    import pyfixest as pf

    m = pf.event_study(d, yname="y", idname="unit", tname="time", gname="cohort", estimator="saturated", cluster="unit")
    m.aggregate()
    return None


def pyfixest_did2s(d, second):
    import pyfixest as pf

    m = pf.did2s(d, yname="y", first_stage="~ 0 | unit + time", second_stage=second, treatment="d", cluster="unit")
    if second == "~ d":
        return float(m.coef().iloc[0]), float(m.se().iloc[0])
    return None


def synthdid(d):
    from synthdid.synthdid import Synthdid
    from synthdid.vcov import placebo_se

    m = Synthdid(d[["unit", "time", "d", "y"]], "unit", "time", "d", "y").fit()
    return float(m.att), float(placebo_se(m.data_ref, n_reps=PLACEBOS))  # vcov() takes 50 draws whatever is asked for


def diff_diff_sdid(d):
    import diff_diff

    d["ever"] = (d.cohort > 0).astype(int)
    m = diff_diff.SyntheticDiD(variance_method="placebo", n_bootstrap=PLACEBOS, seed=1).fit(
        d, outcome="y", treatment="ever", unit="unit", time="time", post_periods=sorted(d.time[d.d == 1].unique()))
    return float(m.att), float(m.se)


def moderndid_switching(d):
    import moderndid

    m = moderndid.did_multiplegt(d, yname="y", tname="time", idname="unit", dname="d", effects=5, placebo=2, switchers="in")
    return float(m.ate.estimate), float(m.ate.std_error)


PROGRAMS = {
    "sdid": {"diff-diff": diff_diff_sdid, "synthdid": synthdid},
    "dcdh": {"moderndid": moderndid_switching},
    "cs": {
        "csdid": csdid,
        "moderndid": moderndid,
        "differences": differences,
        "diff-diff": lambda d: diff_diff(d, "CallawaySantAnna", n_bootstrap=DRAWS, bootstrap_weights="mammen", seed=1),
    },
    "imputation": {"diff-diff": lambda d: diff_diff(d, "ImputationDiD")},
    "sunab": {"diff-diff": lambda d: diff_diff(d, "SunAbraham"), "pyfixest": pyfixest_saturated},
    "did2s": {
        "diff-diff": lambda d: diff_diff(d, "TwoStageDiD"),
        "pyfixest": lambda d: pyfixest_did2s(d, "~ i(rel, ref=-1000)"),
        "pyfixest-overall": lambda d: pyfixest_did2s(d, "~ d"),
    },
}


def main():
    root, design = Path(sys.argv[1]), sys.argv[2]
    method, data = design.split("_", 1)
    if sys.argv[3] == "list":
        # diff-diff takes one cohort
        print("\n".join(p for p in PROGRAMS[method] if (design, p) != ("sdid_castle", "diff-diff")))
        return
    program, reps = sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 5
    for package in {"csdid": ["csdid.att_gt"], "diff-diff": ["diff_diff"], "pyfixest-overall": ["pyfixest"]}.get(program, [program]):
        import_module(package)
    out = {"design": design, "program": program, "seconds": [], "cpu": []}
    d = frame(root, data)
    devnull = os.open(os.devnull, os.O_WRONLY)
    stdout = os.dup(1)
    os.dup2(devnull, 1)  # some print their tables
    try:
        for i in range(reps + 1 if reps else 0):
            gc.collect()
            x = d.copy()
            start, cpu = time.perf_counter(), time.process_time()
            overall = PROGRAMS[method][program](x)
            took, used = time.perf_counter() - start, time.process_time() - cpu
            if overall:
                out["overall"], out["std_error"] = overall
            if i > 0 or took > 60:  # the first warms up, unless it takes long
                out["seconds"].append(took)
                out["cpu"].append(used)
            if took > 60 or sum(out["seconds"]) > 60:
                break
    except Exception as e:  # noqa: BLE001 - whatever a program does, the others are timed
        out["note"] = f"{type(e).__name__}: {e}"[:200]
    sys.stdout.flush()
    os.dup2(stdout, 1)
    out["peak_kb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    out["version"] = {"pyfixest-overall": "pyfixest"}.get(program, program) + " " + version({"pyfixest-overall": "pyfixest"}.get(program, program))
    out["python"] = platform.python_version()
    json.dump(out, sys.stdout)


main()
