"""The regressions, by file of cases."""

from programs import Model

C = ("cluster(unit)", "cluster(unit, time)")
ALL = ("pyfixest", "statsmodels", "linearmodels")


def lag(x, k=1, unit="unit", time="time"):
    """x of the same unit k periods earlier, looked up by the time's value, so that a gap gives missing."""

    def of(d):
        earlier = d[[unit, time, x]].assign(**{time: d[time] + k}).rename(columns={x: "earlier"})
        return d[[unit, time]].merge(earlier, on=[unit, time], how="left").earlier.set_axis(d.index)

    return of


def diff(x):
    return lambda d: d[x] - lag(x)(d)


def at(variable, level, times=None):
    return lambda d: (d[variable] == level) * (1.0 if times is None else d[times])


FILES = {
    "twoway": [
        Model("twoway", "balanced", "y ~ d + x1 + x2 | unit + time", "y", {"d": "d", "x1": "x1", "x2": "x2"},
              ["unit", "time"], vcovs=("iid", "hetero", *C, "cluster(region)"), programs=ALL),
        Model("twoway_weighted", "balanced", "y ~ d + x1 + x2 | unit + time", "y", {"d": "d", "x1": "x1", "x2": "x2"},
              ["unit", "time"], weights="w", vcovs=("iid", "hetero", *C), programs=ALL),
        Model("oneway", "balanced", "y ~ d + x1 | unit", "y", {"d": "d", "x1": "x1"}, ["unit"],
              vcovs=("iid", "hetero", *C), programs=ALL),
        Model("oneway_weighted", "balanced", "y ~ d + x1 | unit", "y", {"d": "d", "x1": "x1"}, ["unit"], weights="w",
              vcovs=("iid", "cluster(unit)"), programs=ALL),
        Model("group_effects", "balanced", "y ~ d + x1 | region + time", "y", {"d": "d", "x1": "x1"}, ["region", "time"],
              vcovs=("iid", *C, "cluster(region)")),
        Model("interacted_effects", "balanced", "y ~ d + x1 | unit + region^time", "y", {"d": "d", "x1": "x1"},
              ["unit", "region^time"], vcovs=("iid", "hetero", "cluster(unit)", "cluster(region)")),
        Model("filtered", "balanced", "y ~ d + x1 | unit + time", "y", {"d": "d", "x1": "x1"}, ["unit", "time"],
              where="time > 2003 & region != 2", vcovs=("iid", "cluster(unit)")),
        Model("gravity", "gravity", "y ~ x1 + x2 | firm + year", "y", {"x1": "x1", "x2": "x2"}, ["firm", "year"],
              vcovs=("iid", "cluster(firm)", "cluster(firm, year)"), programs=("pyfixest", "linearmodels")),
    ],
    "unbalanced": [
        Model("unbalanced", "unbalanced", "y ~ d + x1 | unit + time", "y", {"d": "d", "x1": "x1"}, ["unit", "time"],
              vcovs=("iid", "hetero", *C), programs=ALL),
        Model("unbalanced_kept", "unbalanced", "y ~ d + x1 | unit + time", "y", {"d": "d", "x1": "x1"}, ["unit", "time"],
              singletons="keep", vcovs=("iid", "hetero", *C)),
        Model("unbalanced_weighted", "unbalanced", "y ~ d + x1 + x2 | unit + time", "y",
              {"d": "d", "x1": "x1", "x2": "x2"}, ["unit", "time"], weights="w", vcovs=("iid", "hetero", *C), programs=ALL),
        Model("cascade", "unbalanced", "y ~ d + x1 | unit + team + time", "y", {"d": "d", "x1": "x1"},
              ["unit", "team", "time"], vcovs=("iid", "cluster(unit)"),
              note="removing the singletons of team makes units into singletons"),
        Model("islands", "islands", "y ~ x1 + x2 | unit + time", "y", {"x1": "x1", "x2": "x2"}, ["unit", "time"],
              vcovs=("iid", "hetero", "cluster(unit)"), note="three connected components; K by fixest's count, without regard to them"),
        Model("islands_weighted", "islands", "y ~ x1 + x2 | unit + time", "y", {"x1": "x1", "x2": "x2"}, ["unit", "time"],
              weights="w", vcovs=("iid", "cluster(unit)"), note="three connected components; K by fixest's count, without regard to them"),
    ],
    "threeway": [
        Model("threeway", "workers", "wage ~ x1 + x2 | worker + firm + year", "wage", {"x1": "x1", "x2": "x2"},
              ["worker", "firm", "year"], vcovs=("iid", "hetero", "cluster(worker)", "cluster(firm)", "cluster(worker, firm)"), programs=ALL),
        Model("threeway_weighted", "workers", "wage ~ x1 + x2 | worker + firm + year", "wage", {"x1": "x1", "x2": "x2"},
              ["worker", "firm", "year"], weights="hours", vcovs=("iid", "cluster(worker)"), programs=ALL),
        Model("worker_firm", "workers", "wage ~ x1 + x2 | worker + firm", "wage", {"x1": "x1", "x2": "x2"},
              ["worker", "firm"], vcovs=("iid", "cluster(worker)"), programs=ALL),
        Model("threeway_interacted", "workers", "wage ~ x1 + x2 | worker + firm + sector^year", "wage", {"x1": "x1", "x2": "x2"},
              ["worker", "firm", "sector^year"], vcovs=("iid", "cluster(firm)")),
    ],
    "slopes": [
        Model("trends", "balanced", "y ~ d + x1 | unit[x2] + time", "y", {"d": "d", "x1": "x1"}, ["unit", "time"],
              slopes={"unit": ["x2"]}, vcovs=("iid", "hetero", "cluster(unit)"), programs=("statsmodels",)),
        Model("trends_years", "balanced", "y ~ d + x1 | unit[time] + time", "y", {"d": "d", "x1": "x1"}, ["unit", "time"],
              slopes={"unit": ["time"]}, vcovs=("iid", "cluster(unit)"), programs=("statsmodels",),
              note="the slope's variable is far from zero and lies in the other effect's span"),
        Model("trends_years_weighted", "unbalanced", "y ~ d + x1 | unit[time] + time", "y", {"d": "d", "x1": "x1"}, ["unit", "time"],
              slopes={"unit": ["time"]}, weights="w", vcovs=("iid", "cluster(unit)"), programs=("statsmodels",)),
        Model("trends_unbalanced", "unbalanced", "y ~ d + x1 | unit + time + region[[x2]]", "y", {"d": "d", "x1": "x1"},
              ["unit", "time"], slopes={"region": ["x2"]}, vcovs=("iid", "hetero", "cluster(unit)"), programs=("statsmodels",)),
        Model("trends_weighted", "balanced", "y ~ d + x1 | region[x2] + time", "y", {"d": "d", "x1": "x1"},
              ["region", "time"], slopes={"region": ["x2"]}, weights="w", vcovs=("iid", "cluster(region)"), programs=("statsmodels",)),
    ],
    "dummies": [
        Model("event_dummies", "balanced", "y ~ i(rel, ref=c(-1, -1000)) + x1 | unit + time", "y",
              {**{f"rel::{k}": at("rel", k) for k in (-4, -3, -2, 0, 1, 2, 3, 4)}, "x1": "x1"}, ["unit", "time"],
              vcovs=("iid", "cluster(unit)"), wald=(0, 1, 2), programs=ALL),
        Model("factor_by_variable", "balanced", "y ~ i(time, treat, ref=2003) | unit + time", "y",
              {f"time::{t}:treat": at("time", t, "treat") for t in range(2001, 2010) if t != 2003}, ["unit", "time"],
              vcovs=("iid", "cluster(unit)"), wald=(0, 1), pyfixest="y ~ i(time, treat, ref=2003) | unit + time"),
        Model("interaction", "balanced", "y ~ x1*x2 + d:x1 | unit + time", "y",
              {"x1": "x1", "x2": "x2", "x1:x2": lambda d: d.x1 * d.x2, "d:x1": lambda d: d.d * d.x1}, ["unit", "time"],
              vcovs=("iid", "hetero", "cluster(unit)"), programs=ALL),
        Model("event_unbalanced", "unbalanced", "y ~ i(rel, ref=c(-1, -1000)) | unit + time", "y",
              {f"rel::{k}": at("rel", k) for k in (-4, -3, -2, 0, 1, 2, 3, 4)}, ["unit", "time"], weights="w",
              vcovs=("iid", "cluster(unit)"), wald=(0, 1, 2)),
    ],
    "lags": [
        Model("lags", "balanced", "y ~ l(x1, 0:2) + f(x2, 1) | unit + time", "y",
              {"l(x1, 0)": "x1", "l(x1, 1)": lag("x1"), "l(x1, 2)": lag("x1", 2), "f(x2, 1)": lag("x2", -1)}, ["unit", "time"],
              index=("unit", "time"), vcovs=("iid", "cluster(unit)")),
        Model("lags_gaps", "unbalanced", "y ~ l(x2, 1) + d | unit + time", "y", {"l(x2, 1)": lag("x2"), "d": "d"},
              ["unit", "time"], index=("unit", "time"), vcovs=("iid", "cluster(unit)"), note="a gap in time gives a missing lag"),
        Model("differences", "unbalanced", "d(y) ~ d(x1) + d(d) | time", diff("y"), {"d(x1)": diff("x1"), "d(d)": diff("d")},
              ["time"], index=("unit", "time"), vcovs=("iid", "cluster(unit)")),
    ],
    "plain": [
        Model("pooled", "balanced", "y ~ d + x1 + x2", "y", {"d": "d", "x1": "x1", "x2": "x2"},
              vcovs=("iid", "hetero", *C)),
        Model("pooled_weighted", "unbalanced", "y ~ d + x1", "y", {"d": "d", "x1": "x1"}, weights="w",
              vcovs=("iid", "hetero", "cluster(unit)")),
        Model("pooled_factors", "balanced", "y ~ treat*x1 + i(time)", "y",
              {"treat": "treat", "x1": "x1", "treat:x1": lambda d: d.treat * d.x1, **{f"time::{t}": at("time", t) for t in range(2002, 2010)}},
              vcovs=("iid", "cluster(unit)")),
        Model("no_intercept", "balanced", "y ~ x1 + x2 - 1", "y", {"x1": "x1", "x2": "x2"}, intercept=False, vcovs=("iid", "hetero", "cluster(unit)")),
        Model("crossed", "crossed", "y ~ x", "y", {"x": "x"}, vcovs=("iid", "cluster(g1)", "cluster(g1, g2)")),
        Model("transforms", "castle_study", "homicide ~ cdl + log(population) + I(unemployrt^2) | sid + year", "homicide",
              {"cdl": "cdl", "log(population)": lambda d: __import__("numpy").log(d.population), "I(unemployrt^2)": lambda d: d.unemployrt**2},
              ["sid", "year"], vcovs=("iid", "cluster(sid)")),
    ],
    "collinear": [
        Model("collinear_effects", "balanced", "y ~ d + treat + x1 | unit + time", "y", {"d": "d", "treat": "treat", "x1": "x1"},
              ["unit", "time"], collinear=("treat",), vcovs=("iid", "cluster(unit)")),
        Model("collinear_columns", "balanced", "y ~ x1 + I(2*x1 + 1) + d | time", "y",
              {"x1": "x1", "I(2 * x1 + 1)": lambda d: 2 * d.x1 + 1, "d": "d"}, ["time"], collinear=("I(2 * x1 + 1)",),
              vcovs=("iid", "cluster(unit)")),
    ],
    "castle": [
        Model("castle", "data/castle.csv", "l_homicide ~ post | sid + year", "l_homicide", {"post": "post"}, ["sid", "year"],
              vcovs=("iid", "hetero", "cluster(sid)"), programs=ALL),
        Model("castle_weighted", "data/castle.csv", "l_homicide ~ post | sid + year", "l_homicide", {"post": "post"}, ["sid", "year"],
              weights="popwt", vcovs=("iid", "hetero", "cluster(sid)"), programs=ALL),
        Model("castle_controls", "data/castle.csv", "l_homicide ~ post + l_police + unemployrt + poverty + l_income + l_prisoner | sid + year",
              "l_homicide", {x: x for x in ("post", "l_police", "unemployrt", "poverty", "l_income", "l_prisoner")}, ["sid", "year"],
              weights="popwt", vcovs=("iid", "cluster(sid)", "cluster(sid, year)"), programs=ALL),
    ],
}
