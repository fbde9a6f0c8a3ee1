"""Remakes stepdown.json: Romano and Wolf's p values of several outcomes.

    pip install wildboottest==0.3.2 pyfixest==0.60.0 && python stepdown.py

Each outcome's t statistics over all sign vectors are wildboottest's, null imposed, on dummies; the step-down on them is
pyfixest's. A draw that equals the data but for rounding counts as no smaller, so t is taken a billionth smaller.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from pyfixest.estimation.post_estimation.multcomp import _get_rwolf_pval
from wildboottest.wildboottest import WildboottestCL

from wild import dummies, independent

HERE = Path(__file__).parent


def statistics(z, y, g):
    r = np.zeros(z.shape[1])
    r[0] = 1
    b = WildboottestCL(X=z, Y=y, cluster=g, R=r, B=10**6, seed=1, parallel=False)
    b.get_scores(bootstrap_type="11", impose_null=True, adj=True, cluster_adj=True)
    b.get_weights(weights_type="rademacher")
    b.get_numer()
    b.get_denom()
    b.get_tboot()
    b.get_vcov()
    b.get_tstat()
    return float(b.t_stat), b.t_boot


def main():
    d = pd.read_csv(HERE / "data" / "castle_study.csv")
    cases = []
    for outcomes, xs, effects, modulus in [
        (["l_homicide", "l_police", "l_income", "unemployrt"], ["cdl", "poverty"], ["state", "year"], 9),
        (["l_homicide", "l_prisoner", "l_police"], ["cdl"], ["state", "year"], 8),
    ]:
        z = independent(np.hstack([d[xs].to_numpy(float), dummies(d, effects)]), len(xs))
        g = (d["sid"] % modulus).to_numpy()
        t, boot = zip(*[statistics(z, d[o].to_numpy(float), g) for o in outcomes])
        p = _get_rwolf_pval(np.abs(t) * (1 - 1e-9), np.array(boot).T)
        cases.append({"data": "testdata/reference/data/castle_study.csv", "formula": f"c({', '.join(outcomes)}) ~ {' + '.join(xs)} | {' + '.join(effects)}",
                      "modulus": modulus, "term": xs[0], "statistics": list(t), "p_values": list(map(float, p))})
        print(cases[-1])
    out = {"program": "pyfixest's step-down on wildboottest's t statistics", "version": "pyfixest 0.60.0, wildboottest 0.3.2", "call": "python stepdown.py", "cases": cases}
    (HERE / "stepdown.json").write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
