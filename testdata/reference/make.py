"""Remakes the data and the reference numbers:

    pip install -r requirements.txt && python make.py          (Python 3.11)

Each regression of models.py is run in every program named there, and the programs are held against each other at the
tolerances the tests use; a disagreement is printed and fails the run. A file that differs by rounding alone is left as it
is. regressions/fixest_castle.json and regressions/stata.json are typed, not made (see README.md).
"""

import json
import sys
from pathlib import Path

import numpy as np

import panels
from models import FILES
from programs import RUN

HERE = Path(__file__).parent
TOLERANCE = {"estimate": 1e-9, "std_error": 1e-7}


def agree(a, b):
    """Largest relative differences of estimates and standard errors between two cases of one model and vcov."""
    pair = [(p, q) for p, q in zip(a["coef"], b["coef"], strict=True)]
    e = [abs(p["estimate"] / q["estimate"] - 1) for p, q in pair]
    s = [abs(p["std_error"] / q["std_error"] - 1) for p, q in pair]
    return np.max(e), np.max(s)  # NaN if any is


def close(a, b):
    """Whether two results differ at most by rounding: pyfixest adds on several cores, in no fixed order."""
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(close(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(close, a, b))
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= 1e-11 * max(abs(a), abs(b)) + 1e-13
    return a == b


def main():
    panels.write()
    bad = 0
    for name, models in FILES.items():
        cases = []
        for m in models:
            if "/" in m.data and not (HERE.parents[1] / m.data).exists():
                print("no", m.data)
                continue
            for vcov in m.vcovs:
                made = []
                for program in m.programs:
                    c = RUN[program](m, vcov)
                    c["tolerance"] = TOLERANCE
                    made.append(c)
                for c in made[1:]:
                    e, s = agree(made[0], c)
                    ok = e < TOLERANCE["estimate"] and s < TOLERANCE["std_error"]
                    for key in ("r2", "r2_adj", "r2_within", "r2_within_adj", "df_t"):
                        if key in c and key in made[0] and not abs(c[key] - made[0][key]) <= 1e-9 * max(1, abs(c[key])):
                            print("   ", key, made[0][key], c[key])
                            ok = False
                    if not ok:
                        bad += 1
                        print(f"{c['id']:60s} estimate {e:.1e}  std_error {s:.1e}   against {made[0]['program']}  n {c['n']} {made[0]['n']} K {c.get('covariance_factor')}")
                cases += made
        text = json.dumps({"made": "python make.py", "cases": cases}, indent=1, allow_nan=False)
        file = HERE / "regressions" / f"{name}.json"
        if not (file.exists() and close(json.loads(file.read_text()), json.loads(text))):
            file.write_text(text + "\n")
        print(name, len(cases), "cases", len(text) // 1024, "KB")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
