"""Three programs, each turning a Model into a case: pyfixest, statsmodels (explicit dummies), linearmodels.

Every program is run at its tightest tolerance. pyfixest follows fixest's small-sample conventions by itself. For the
other two, which have their own, the covariance is rescaled to fixest's and the factor stands in the case.
"""

import warnings
from dataclasses import dataclass, field
from importlib.metadata import version

import numpy as np
import pandas as pd
from scipy import stats

import panels

warnings.filterwarnings("ignore")


@dataclass
class Model:
    """One regression, in words that every program can be told."""

    id: str
    data: str
    formula: str  # in didnb's language
    outcome: str
    columns: dict  # term as didnb names it -> the column in pandas: a name, or a function of the frame
    effects: list = field(default_factory=list)  # each a variable, or several joined by ^
    slopes: dict = field(default_factory=dict)  # effect, or variable without intercepts -> its slopes
    intercept: bool = True  # without effects
    weights: str = ""
    where: str = ""  # didnb's if=, which pandas' query understands too
    index: tuple = ()  # unit and time, where lags need them
    singletons: str = ""  # "keep"
    vcovs: tuple = ("iid", "hetero")
    pyfixest: str = ""  # formula in pyfixest's own syntax; "" builds it of the columns; "-" when it can't estimate this
    collinear: tuple = ()
    wald: tuple = ()  # places of the coefficients tested to be jointly zero
    programs: tuple = ("pyfixest", "statsmodels")
    note: str = ""


class Sample:
    """The rows and columns of a model: missing values and singletons gone."""

    def __init__(self, m):
        d = panels.read(m.data)
        if m.index:
            d = d.sort_values(list(m.index), kind="stable")
        self.terms = [t for t in m.columns if t not in m.collinear]
        outcome = m.outcome if isinstance(m.outcome, str) else "outcome"
        x = {f"v{i}": c(d) if callable(c) else d[c] for i, (t, c) in enumerate(m.columns.items())}
        self.all = pd.DataFrame(x, index=d.index).astype(float)
        y = m.outcome(d) if callable(m.outcome) else d[m.outcome]
        d = d.assign(outcome=y)
        for e in m.effects:
            if "^" in e:
                d[e] = d[e.split("^")].astype(str).agg("_".join, axis=1)
        keep = self.all.notna().all(axis=1) & d.outcome.notna()
        if m.where:
            keep &= d.index.isin(d.query(m.where).index)
        d, self.all = d[keep], self.all[keep]
        self.missing = int((~keep).sum())
        n = len(d)
        while m.singletons != "keep" and m.effects:
            alone = np.zeros(len(d), bool)
            for e in m.effects:
                alone |= d.groupby(e)[e].transform("size").to_numpy() == 1
            if not alone.any():
                break
            d, self.all = d[~alone], self.all[~alone]
        self.singleton = n - len(d)
        self.frame = d
        used = [i for i, t in enumerate(m.columns) if t in self.terms]
        self.x = self.all[[f"v{i}" for i in used]].to_numpy()
        self.y = d.outcome.to_numpy(float)
        self.w = d[m.weights].to_numpy(float) if m.weights else np.ones(len(d))
        self.n = len(d)
        self.levels = {e: int(d[e].nunique()) for e in [*m.effects, *m.slopes]}

    def parameters(self, m, by):
        """fixest's K: every effect once less one for each after the first, slopes in full; effects nested in a cluster
        count as nothing, but for one parameter if that leaves none."""
        k = len(self.terms) + (m.intercept and not m.effects)
        if not m.effects:
            return k
        slopes = sum(len(v) * self.levels[e] for e, v in m.slopes.items())
        full = k + sum(self.levels[e] for e in m.effects) - (len(m.effects) - 1)
        nested = [e for e in m.effects if any((self.frame.groupby(e)[c].nunique() == 1).all() for c in by)]
        return full - sum(self.levels[e] - 1 for e in nested) + slopes


def clusters(vcov):
    return [c.strip() for c in vcov[8:-1].split(",")] if vcov.startswith("cluster(") else []


def coefficient(term, b, se, df, **more):
    t = b / se
    half = stats.t.ppf(0.975, df) * se
    return {"term": term, "estimate": float(b), "std_error": float(se), "statistic": float(t),
            "p_value": float(2 * stats.t.sf(abs(t), df)), "conf_low": float(b - half), "conf_high": float(b + half), **more}


def case(m, vcov, program, call, sample, **numbers):
    c = {"id": f"{m.id}/{vcov}/{program}", "program": program, "version": version(program), "call": call,
         "data": m.data if "/" in m.data else f"testdata/reference/data/{m.data}.csv" + (".gz" if m.data in panels.LARGE else ""),
         "index": list(m.index), "formula": m.formula, "vcov": vcov, "weights": m.weights, "if": m.where, "singletons": m.singletons,
         "n": sample.n, "dropped": {"missing": None if m.where else sample.missing, "singleton": sample.singleton}}
    c.update(numbers)
    if m.collinear:
        c["collinear"] = list(m.collinear)
    if m.note:
        c["note"] = m.note
    return {k: v for k, v in c.items() if v not in ("", [], None)}


# ---------------------------------------------------------------------------------------------------------- pyfixest

def pyfixest(m, vcov):
    import pyfixest as pf

    s = Sample(m)
    d = panels.read(m.data)
    if m.where:
        d = d.query(m.where)
    formula = m.pyfixest
    if not formula:
        if m.index:
            d = d.sort_values(list(m.index), kind="stable")
        for i, c in enumerate(m.columns.values()):
            d[f"v{i}"] = c(d) if callable(c) else d[c]
        names = [c if isinstance(c, str) else f"v{i}" for i, c in enumerate(m.columns.values())]
        y = m.outcome if isinstance(m.outcome, str) else "outcome"
        if callable(m.outcome):
            d["outcome"] = m.outcome(d)
        formula = f"{y} ~ {' + '.join(names)}" + ("" if m.intercept else " - 1") + (f" | {' + '.join(m.effects)}" if m.effects else "")
    by = clusters(vcov)
    v = {"CRV1": "+".join(by)} if by else {"iid": "iid", "hetero": "hetero"}[vcov]
    demeaner = pf.MapDemeaner(fixef_tol=1e-13, fixef_maxiter=1_000_000)
    options = {"vcov": v, "weights": m.weights or None, "fixef_rm": "none" if m.singletons == "keep" else "singleton"}
    fit = pf.feols(formula, d, demeaner=demeaner, **options)
    b, V = np.asarray(fit._beta_hat, float), np.asarray(fit._vcov, float)
    names = list(fit._coefnames)
    terms = list(s.terms)
    if not m.effects and m.intercept:
        terms = ["(Intercept)"] + terms
    assert len(names) == len(terms), (m.id, names, terms, fit._collin_vars)
    order = [names.index("Intercept")] if "Intercept" in names else []
    order += [i for i in range(len(names)) if i not in order]
    b, V = b[order], V[np.ix_(order, order)]
    se = np.sqrt(np.diag(V))
    df = float(fit._df_t)
    extra = {}
    if m.intercept:  # else pyfixest's is less the mean all the same
        extra = {"r2": float(fit._r2), "r2_adj": float(fit._adj_r2)}
    if m.effects:
        extra |= {"r2_within": float(fit._r2_within), "r2_within_adj": float(fit._adj_r2_within)}
    if m.wald:
        at = [i + (not m.effects and m.intercept) for i in m.wald]
        R = np.eye(len(b))[at]
        bb, VV = R @ b, R @ V @ R.T
        fit.wald_test(R=np.eye(len(b))[:, np.argsort(order)][at] if order != list(range(len(b))) else R)
        extra["wald"] = {"terms": [terms[i] for i in at], "statistic": float(fit._f_statistic), "df1": len(at)}
        assert np.isclose(extra["wald"]["statistic"], bb @ np.linalg.solve(VV, bb) / len(at), rtol=1e-8)
    call = f'feols("{formula}", d, ' + ", ".join(f"{k}={x!r}" for k, x in options.items() if x) + ", demeaner=MapDemeaner(fixef_tol=1e-13))"
    if m.where:
        call = f'd = d.query("{m.where}"); ' + call
    assert fit._N == s.n, (m.id, fit._N, s.n)
    return case(m, vcov, "pyfixest", call, s,
                coef=[coefficient(t, b[i], se[i], df) for i, t in enumerate(terms)], covariance=V.tolist(), df_t=df, **extra)


# ------------------------------------------------------------------------------------------------------- statsmodels

def dummies(s, m):
    """All effects as columns, with what is redundant taken out by a pivoted QR, so that the columns have full rank."""
    import scipy.linalg as la

    cols = []
    for e in dict.fromkeys([*m.effects, *m.slopes]):
        codes = pd.factorize(s.frame[e])[0]
        D = np.eye(codes.max() + 1)[codes]
        if e in m.effects:
            cols.append(D)
        cols += [D * s.frame[z].to_numpy(float)[:, None] for z in m.slopes.get(e, [])]
    D = np.hstack(cols) if cols else np.ones((s.n, 1))
    q, r, p = la.qr(D * np.sqrt(s.w)[:, None], mode="economic", pivoting=True)
    rank = int((abs(np.diag(r)) > 1e-9 * abs(r[0, 0])).sum())
    return D[:, np.sort(p[:rank])]


def statsmodels(m, vcov):
    import statsmodels.api as sm

    s = Sample(m)
    D = dummies(s, m) if m.effects or m.intercept else np.empty((s.n, 0))
    intercept = m.intercept and not m.effects
    X = np.hstack([D, s.x]) if intercept else np.hstack([s.x, D])
    terms = (["(Intercept)"] if intercept else []) + s.terms
    k = len(terms)
    scale = np.abs(X).max(axis=0)
    model = sm.WLS(s.y, X / scale, weights=s.w)
    by = clusters(vcov)
    K = s.parameters(m, by)
    rank = X.shape[1]
    n = s.n
    factor, own, G = 1.0, "", None
    if vcov == "iid":
        fit = model.fit(method="qr")
        own, factor = f"n - {rank} (the rank)", (n - rank) / (n - K)
        call = "WLS(y, [X, dummies], weights=w).fit(method='qr')"
    elif vcov == "hetero":
        fit = model.fit(method="qr", cov_type="HC1")
        own, factor = f"n/(n - {rank}) (the rank)", (n - rank) / (n - K)
        call = "WLS(y, [X, dummies], weights=w).fit(method='qr', cov_type='HC1')"
    else:
        codes = np.column_stack([pd.factorize(s.frame[c])[0] for c in by])
        G = int(min(codes.max(axis=0)) + 1)
        fit = model.fit(method="qr", cov_type="cluster",
                        cov_kwds={"groups": codes if len(by) > 1 else codes[:, 0], "use_correction": False, "df_correction": False})
        own, factor = "1 (use_correction=False)", G / (G - 1) * (n - 1) / (n - K)
        call = f"WLS(y, [X, dummies], weights=w).fit(method='qr', cov_type='cluster', cov_kwds=dict(groups={by}, use_correction=False))"
    b = np.asarray(fit.params)[:k] / scale[:k]
    V = np.asarray(fit.cov_params())[:k, :k] / np.outer(scale[:k], scale[:k]) * factor
    se = np.sqrt(np.diag(V))
    df = float(G - 1 if by else n - K)
    resid = s.y - X @ (np.asarray(fit.params) / scale)
    ssr = float(np.sum(s.w * resid**2))
    ybar = np.average(s.y, weights=s.w) if m.effects or m.intercept else 0.0
    sst = float(np.sum(s.w * (s.y - ybar) ** 2))
    full = s.parameters(m, [])
    extra = {}
    if m.effects:
        only = sm.WLS(s.y, D, weights=s.w).fit(method="qr")
        ssw = float(np.sum(s.w * np.asarray(only.resid) ** 2))
        extra["r2_within"] = 1 - ssr / ssw
    if m.wald:
        at = [i + intercept for i in m.wald]
        q = len(at)
        stat = float(b[at] @ np.linalg.solve(V[np.ix_(at, at)], b[at]) / q)
        extra["wald"] = {"terms": [terms[i] for i in at], "statistic": stat, "df1": q, "df2": df, "p_value": float(stats.f.sf(stat, q, df))}
    return case(m, vcov, "statsmodels", call, s,
                covariance_factor={"own": own, "times": factor, "K": K},
                coef=[coefficient(t, b[i], se[i], df) for i, t in enumerate(terms)], covariance=V.tolist(), df_t=df,
                ssr=ssr, r2=1 - ssr / sst, r2_adj=1 - (ssr / (n - full)) / (sst / (n - bool(m.effects or m.intercept))), rmse=float(np.sqrt(ssr / s.w.sum())), **extra)


# ------------------------------------------------------------------------------------------------------ linearmodels

def linearmodels(m, vcov):
    """PanelOLS for one and two effects, AbsorbingLS for more. With a constant among the regressors PanelOLS estimates
    y less its effects plus its mean, so its constant is that of areg and reghdfe."""
    from linearmodels.iv.absorbing import AbsorbingLS
    from linearmodels.panel import PanelOLS

    s = Sample(m)
    n, d = s.n, s.frame
    by = clusters(vcov)
    K = s.parameters(m, by)
    constant = None
    if len(m.effects) <= 2:
        entity = d[m.effects[0]].to_numpy()
        other = d[m.effects[1:]] if len(m.effects) == 2 else None
        rowid = np.arange(n)  # the index needs a time; rows of one entity are numbered
        idx = pd.MultiIndex.from_arrays([entity, rowid])
        X = pd.DataFrame(np.column_stack([np.ones(n), s.x]), index=idx, columns=["const"] + s.terms)
        kw = {"entity_effects": True, "weights": pd.Series(s.w, index=idx), "singletons": True, "check_rank": False}
        if other is not None:
            kw["other_effects"] = pd.DataFrame({"b": pd.factorize(other.iloc[:, 0])[0]}, index=idx)
        model = PanelOLS(pd.Series(s.y, index=idx), X, **kw)
        name = "PanelOLS(y, [1, X], entity_effects=True" + (f", other_effects={m.effects[1]}" if other is not None else "") + ("" if not m.weights else f", weights={m.weights}") + ")"
        options, effects = {"cov_type": "unadjusted", "debiased": True, "auto_df": False, "count_effects": True}, "unadjusted"
        if vcov == "hetero":
            options["cov_type"] = effects = "robust"
        if by:
            codes = pd.DataFrame({c: pd.factorize(d[c])[0] for c in by}, index=idx)
            options.update({"cov_type": "clustered", "clusters": codes, "group_debias": False})
            effects = f"clustered, clusters={by}, group_debias=False"
        fit = model.fit(**options)
        at = slice(1, None)
        b, V = np.asarray(fit.params), np.asarray(fit.cov)
        # debiased: n/(n - q) times, q linearmodels' own count of parameters
        q = n - int(fit.df_resid)
        constant = 0
    else:
        absorb = pd.DataFrame({e: pd.Categorical(d[e]) for e in m.effects})
        model = AbsorbingLS(s.y, pd.DataFrame(s.x, columns=s.terms), absorb=absorb, weights=s.w)
        name = f"AbsorbingLS(y, X, absorb={m.effects}" + (f", weights={m.weights}" if m.weights else "") + ")"
        options, effects = {"cov_type": "unadjusted", "debiased": True, "method": "lsmr",
                            "absorb_options": {"atol": 1e-15, "btol": 1e-15, "conlim": 0, "maxiter": 100000}}, "unadjusted"
        if vcov == "hetero":
            options["cov_type"] = effects = "robust"
        if by:
            options.update({"cov_type": "clustered", "clusters": pd.DataFrame({c: pd.factorize(d[c])[0] for c in by}), "debiased": False})
            effects = f"clustered, clusters={by}"
        fit = model.fit(**options)
        at = slice(0, None)
        b, V = np.asarray(fit.params), np.asarray(fit.cov)
        q = n - int(fit.df_resid)
    k = len(b)
    factor, own, df = (n - q) / (n - K), f"n/(n - {q})", float(n - K)
    if by:
        G = int(min(d[c].nunique() for c in by))
        debias = (n - q) / n if options.get("debiased") else 1.0
        factor = debias * G / (G - 1) * (n - 1) / (n - K)
        own, df = f"n/(n - {q})" if options.get("debiased") else "1", float(G - 1)
    V = V * factor
    se = np.sqrt(np.diag(V))
    terms = (["(Constant)"] if constant is not None else []) + s.terms
    rows = [coefficient(t, b[i], se[i], df) for i, t in enumerate(terms)]
    extra = {}
    if constant is not None:
        extra["constant"] = rows.pop(0)
        if not V[0, 0] > 0:  # clusters two ways may give a negative variance
            del extra["constant"]
        V = V[1:, 1:]
    return case(m, vcov, "linearmodels", f"{name}.fit(cov_type={effects}, debiased={options.get('debiased')})", s,
                covariance_factor={"own": own, "times": factor, "K": K},
                coef=rows, covariance=V.tolist(), df_t=df, **extra)


RUN = {"pyfixest": pyfixest, "statsmodels": statsmodels, "linearmodels": linearmodels}
