"""Times pyfixest's wild cluster bootstrap (wildboottest) of the treatment's coefficient, 9,999 draws, p value only: it has
no interval.

    python programs.py ../../data/dual-pilot.csv [runs]
"""

import json
import sys
import time
import warnings

import pandas as pd
import pyfixest as pf

warnings.filterwarnings("ignore")
d = pd.read_csv(sys.argv[1])
runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
seconds = []
for i in range(runs + 1):
    start = time.perf_counter()
    fit = pf.feols("DIA ~ DID + PGDP + FINDEV + OPEN + GOVSUP + MKTZ + URB + C(city) + C(year)", d, vcov={"CRV1": "city"})
    fitted = time.perf_counter()
    r = fit.wildboottest(param="DID", reps=9999, cluster="city", seed=1)
    if i:
        seconds.append(time.perf_counter() - start)
        last = time.perf_counter() - fitted
print(json.dumps({"program": "pyfixest " + pf.__version__, "seconds": seconds, "bootstrap_alone": last, "p": float(r["Pr(>|t|)"])}))
