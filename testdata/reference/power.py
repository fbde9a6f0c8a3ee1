"""Remakes power.json: power and minimum detectable effects in closed form.

    pip install diff-diff==3.13.0 statspai==1.40.2 statsmodels==0.15.0 && python power.py

diff-diff's PowerAnalysis has independent noise, or noise equally correlated over a unit's periods (Burlig, Preonas &
Woerman 2020, eq. 2); StatsPAI's power_did has AR(1) noise; statsmodels has Wilson's interval. One date of adoption, noise of standard deviation 1,
normal critical values.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from diff_diff import PowerAnalysis
from statsmodels.stats.proportion import proportion_confint
from statspai.power.power import mde, power_did

HERE = Path(__file__).parent
cases = []
for treated, control, before, after, rho in [(100, 100, 5, 5, 0.0), (60, 180, 3, 7, 0.0), (100, 100, 4, 4, 0.4)]:
    pa = PowerAnalysis(alpha=0.05, power=0.8)
    at = dict(n_treated=treated, n_control=control, sigma=1.0, n_pre=before, n_post=after, rho=rho)
    cases.append(dict(
        program="diff-diff", version=version("diff-diff"), call=f"PowerAnalysis(alpha=0.05, power=0.8).mde and .power(effect_size, {at})",
        treated=treated, control=control, before=before, after=after, equal=rho, ar=0.0, mde=pa.mde(**at).mde,
        power=[[e, pa.power(effect_size=e, **at).power] for e in (0.1, 0.2, 0.3)]))
for n, share, before, after, rho in [(200, 0.5, 5, 5, 0.6), (240, 0.25, 3, 7, 0.8), (200, 0.5, 5, 5, -0.3)]:
    at = dict(n_periods=before + after, n_treated_periods=after, rho=rho, sigma=1.0, prop_treat=share)
    cases.append(dict(
        program="StatsPAI", version=version("statspai"), call=f"mde('did', n={n}, {at}) and power_did({n}, effect, …)",
        treated=int(n * share), control=n - int(n * share), before=before, after=after, equal=0.0, ar=rho,
        mde=float(mde("did", n=n, power_target=0.8, **at).effect_size),
        power=[[e, float(np.ravel(power_did(n, e, **at).power)[0])] for e in (0.1, 0.2, 0.3)]))
wilson = []
for k, n in [(0, 50), (3, 40), (500, 1000), (1000, 1000)]:
    low, high = proportion_confint(k, n, alpha=0.05, method="wilson")
    wilson.append(dict(k=k, n=n, low=float(low), high=float(high)))
out = dict(cases=cases, wilson=dict(program="statsmodels", version=version("statsmodels"), call="proportion_confint(k, n, alpha=0.05, method='wilson')", rows=wilson))
(HERE / "power.json").write_text(json.dumps(out, indent=1) + "\n")
