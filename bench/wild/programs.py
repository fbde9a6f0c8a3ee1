"""Times pyfixest's wild cluster bootstrap (wildboottest) of the treatment's coefficient, 9,999 draws, p value only: it has
no interval.

    python programs.py ../../data/dual-pilot.csv [RUNS]      RUNS 0 reads the data only; 1 estimates once, without a warm-up
"""

import json
import resource
import sys
import time
import warnings

import pandas as pd
import pyfixest as pf
import wildboottest.wildboottest  # noqa: F401

warnings.filterwarnings("ignore")
d = pd.read_csv(sys.argv[1])
runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
out = {"program": "pyfixest " + pf.__version__, "seconds": [], "cpu": [], "coefficients": 1}
for i in range(runs if runs < 2 else runs + 1):
    start, cpu = time.perf_counter(), time.process_time()
    fit = pf.feols("DIA ~ DID + PGDP + FINDEV + OPEN + GOVSUP + MKTZ + URB + C(city) + C(year)", d, vcov={"CRV1": "city"})
    r = fit.wildboottest(param="DID", reps=9999, cluster="city", seed=1)
    if i or runs == 1:
        out["seconds"].append(time.perf_counter() - start)
        out["cpu"].append(time.process_time() - cpu)
    out["p"] = float(r["Pr(>|t|)"])
out["peak_kb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps(out))
