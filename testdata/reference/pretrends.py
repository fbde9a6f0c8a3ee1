"""Power of the pre-trend test (Roth 2022): R's pretrends as typed, and the same on castle's event study from scipy's
multivariate normal distribution. Adds the castle cases to pretrends.json; run honest.py before. pip install scipy==1.17.1 numpy"""
import json, pathlib
import numpy as np
from scipy import optimize, stats
here = pathlib.Path(__file__).parent
old = json.loads((here / "pretrends.json").read_text())
x = json.loads((here / "honest.json").read_text())["vectors"]["castle"]
beta, V, K = np.array(x["beta"]), np.array(x["sigma"]), x["pre"]
S, z = V[:K, :K], stats.norm.ppf(0.975)
half, times = z * np.sqrt(np.diag(S)), np.array([-3, -2, -1, 1, 2, 3, 4.0])


def inside(mean, cov, half):
    """Mass of the box around zero."""
    if len(mean) == 0:
        return 1.0
    return stats.multivariate_normal.cdf(half, mean, cov, lower_limit=-half, abseps=1e-8, releps=1e-8, maxpts=2_000_000, rng=np.random.default_rng(1))


def truncated_mean(mean, cov, half):
    """Tallis (1961): the mean moves by the covariance times the marginal densities at the faces."""
    p, F = inside(mean, cov, half), np.zeros(len(mean))
    for k in range(len(mean)):
        o = [i for i in range(len(mean)) if i != k]
        b = cov[o, k] / cov[k, k]
        rest = cov[np.ix_(o, o)] - np.outer(b, cov[k, o])
        face = lambda at: stats.norm.pdf(at, mean[k], np.sqrt(cov[k, k])) * inside(mean[o] + b * (at - mean[k]), rest, half[o])
        F[k] = (face(-half[k]) - face(half[k])) / p
    return mean + cov @ F


cases = [c for c in old["cases"] if c["vector"] != "castle"]
for power in (0.5, 0.8):
    slope = optimize.brentq(lambda s: 1 - inside(s * times[:K], S, half) - power, 1e-6, 1, xtol=1e-10)
    d = slope * times
    m = truncated_mean(d[:K], S, half)
    post = d[K:] + V[K:, :K] @ np.linalg.solve(S, m - d[:K])
    n = lambda mu: stats.multivariate_normal(mu, S).logpdf(beta[:K])
    cases.append(dict(vector="castle", program="scipy", version="1.17.1", call="pretrends.py", power=power, slope=slope, bayes_factor=(1 - power) / inside(0 * d[:K], S, half),
                      likelihood_ratio=np.exp(n(d[:K]) - n(0 * d[:K])), conditional=[*m, *post], tolerance=1e-4))
    print(cases[-1])
(here / "pretrends.json").write_text(json.dumps(dict(cases=cases), indent=1))
