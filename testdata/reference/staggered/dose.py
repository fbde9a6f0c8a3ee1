"""Remakes dose.json: diff-diff's ContinuousDiD, StatsPAI's cgs_continuous_did, contdid and moderndid's cont_did (with polars 1); python dose.py, from this folder."""

import json
import warnings
from importlib.metadata import version

import contdid
import numpy as np
import pandas as pd
import polars as pl
import statspai
from diff_diff import ContinuousDiD, SurveyDesign
from moderndid import cont_did

warnings.filterwarnings("ignore")
DATA = "testdata/reference/data/dose.csv"
GRID = [0.5, 1.0, 1.5, 2.0, 2.5]


def simulate():
    """240 units over 5 periods: treated from 3 or 4 on or never, with a dose, a weight, regions of four units."""
    rng = np.random.default_rng(31)
    rows = []
    for u in range(1, 241):
        g = int(rng.choice([3, 4, 0], p=[0.35, 0.3, 0.35]))
        dose = round(float(rng.gamma(2, 0.6) + 0.2), 4) if g else 0.0
        level, weight = rng.normal(), round(float(0.5 + 2 * rng.random()), 3)
        for t in range(1, 6):
            effect = (0.5 + 0.8 * dose - 0.1 * dose**2) * (1 + 0.2 * (t - g)) if g and t >= g else 0
            rows.append([u, t, g, dose, weight, (u - 1) // 4 + 1, round(level + 0.3 * t + effect + rng.normal(), 4)])
    pd.DataFrame(rows, columns=["unit", "time", "g", "dose", "w", "region", "y"]).to_csv("../../../" + DATA, index=False)


def data(cohorts, periods):
    d = pd.read_csv("../../../" + DATA)
    return d[d.g.isin([0, *cohorts]) & d.time.isin(periods)].copy()


def case(id, program, call, cohorts, periods, degree, knots, control, **more):
    return {"id": id, "program": program, "version": version(program), "call": call, "cohorts": cohorts, "periods": periods, "degree": degree, "knots": knots,
            "control": control, "grid": GRID, "aggregate": "group", "target": "level", "weights": "", "att": [], "acrt": [], **more}


def points(effects, errors=None):
    return [[float(e), 0.0 if errors is None else float(s)] for e, s in zip(effects, effects if errors is None else errors)]


def diffdiff(id, cohorts, periods, degree, knots, control, weights=False):
    """Its error of the mean ACRT takes the doses received as given: left out."""
    e = ContinuousDiD(degree=degree, num_knots=knots, dvals=GRID, control_group={"never": "never_treated", "notyet": "not_yet_treated"}[control])
    r = e.fit(data(cohorts, periods), "y", "unit", "time", "g", "dose", survey_design=SurveyDesign(weights="w") if weights else None)
    alone = len(cohorts) == 1 and not weights  # else it takes the cohorts' shares as given
    c = case(id, "diff-diff", f"ContinuousDiD(degree={degree}, num_knots={knots}, control_group={control}).fit(survey_design={'w' if weights else None})", cohorts, periods, degree, knots, control, weights="w" if weights else "",
             att=points(r.dose_response_att.effects, r.dose_response_att.se if alone else None), acrt=points(r.dose_response_acrt.effects, r.dose_response_acrt.se if alone else None),
             att_overall=[float(r.overall_att), float(r.overall_att_se) if alone else 0.0], acrt_overall=[float(r.overall_acrt), 0.0])
    if not weights:
        table = r.aggregate("event_study").to_dataframe()
        c["level_by_event"] = [[int(k), float(v)] for k, v in zip(table["event_time"], table["att"])]
    return c


def derivative(id, cohorts, periods, degree, knots, control):
    """Errors from the derivative of diff-diff's estimates in the weight of each unit, by central differences: se^2 = sum (dtheta/dw_i)^2 at weights of one."""
    e = ContinuousDiD(degree=degree, num_knots=knots, dvals=GRID, control_group={"never": "never_treated", "notyet": "not_yet_treated"}[control])
    d = data(cohorts, periods)

    def at(unit, by):
        q = d.assign(one=np.where(d.unit == unit, 1 + by, 1.0))
        r = e.fit(q, "y", "unit", "time", "g", "dose", survey_design=SurveyDesign(weights="one"))
        return np.concatenate([r.dose_response_att.effects, r.dose_response_acrt.effects, [r.overall_att, r.overall_acrt]])

    total, h = 0.0, 1e-4
    for u in d.unit.unique():  # four points, so that the error of the differences is of order h^4
        slope = (8 * (at(u, h) - at(u, -h)) - (at(u, 2 * h) - at(u, -2 * h))) / (12 * h)
        total = total + slope**2
    value, se = at(0, 0.0), np.sqrt(total)
    n = len(GRID)
    return case(id, "diff-diff", f"ContinuousDiD(degree={degree}, num_knots={knots}, control_group={control}), errors by differentiating its estimates in the units' weights", cohorts, periods, degree, knots, control,
                att=points(value[:n], se[:n]), acrt=points(value[n:2 * n], se[n:2 * n]), att_overall=[float(value[-2]), float(se[-2])], acrt_overall=[float(value[-1]), float(se[-1])])


def pai(id, cohorts, periods, degree, knots, control, cluster=None):
    r = statspai.cgs_continuous_did(data(cohorts, periods), "y", dose="dose", time="time", unit="unit", cohort="g", degree=degree, num_knots=knots, dose_grid=GRID,
                                    control_group={"never": "nevertreated", "notyet": "notyettreated"}[control], cluster=cluster)
    return case(id, "statspai", f"cgs_continuous_did(degree={degree}, num_knots={knots}, control_group={control}, cluster={cluster})", cohorts, periods, degree, knots, control, aggregate="simple", cluster=cluster or "",
                att=points(r.att_d), acrt=points(r.acrt_d), att_overall=[float(r.overall_att), 0.0], acrt_overall=[float(r.overall_acrt), float(r.overall_acrt_se) if len(cohorts) == 1 else 0.0])


def python(id, cohorts, periods, degree, knots, control):
    p = contdid.PanelData(frame=data(cohorts, periods), id_column="unit", time_column="time", outcome_column="y", dose_column="dose", group_column="g")
    out = {}
    for target in ["level", "slope"]:
        r = contdid.cont_did(p, target_parameter=target, dvals=GRID, degree=degree, num_knots=knots, bstrap=False, control_group={"never": "nevertreated", "notyet": "notyettreated"}[control])
        out[target] = points(r.estimate, r.std_error if len(cohorts) == 1 else None)
    return case(id, "contdid", f"cont_did(degree={degree}, num_knots={knots}, control_group={control}, bstrap=False)", cohorts, periods, degree, knots, control, aggregate="simple", att=out["level"], acrt=out["slope"])


def modern(id, cohorts, periods, degree, knots, control):
    """Estimates only, and of event studies the slopes: its influence functions are not scaled by the share of the treated, and its levels by event time don't average to its own mean."""
    d = data(cohorts, periods)
    d = pl.from_pandas(d.assign(g=d.g.replace(0, np.inf)))
    options = dict(yname="y", tname="time", idname="unit", gname="g", dname="dose", degree=degree, num_knots=knots, dvals=GRID, control_group={"never": "nevertreated", "notyet": "notyettreated"}[control], biters=10, random_state=1)
    r = cont_did(d, **options)
    c = case(id, "moderndid", f"cont_did(degree={degree}, num_knots={knots}, control_group={control})", cohorts, periods, degree, knots, control,
             att=points(r.att_d), acrt=points(r.acrt_d), att_overall=[float(r.overall_att), 0.0], acrt_overall=[float(r.overall_acrt), 0.0])
    e = cont_did(d, aggregation="eventstudy", target_parameter="slope", **options).event_study
    c["slope_by_event"] = [[int(k), float(v)] for k, v in zip(e.event_times, e.att_by_event)]
    return c


if __name__ == "__main__":
    simulate()
    every = [1, 2, 3, 4, 5]
    cases = [diffdiff("two_periods", [3], [2, 3], 3, 0, "never"), diffdiff("two_periods_knots", [3], [2, 3], 3, 2, "never"), diffdiff("one_cohort", [3], every, 2, 1, "never"),
             diffdiff("later_cohort", [4], every, 3, 2, "never"), diffdiff("staggered_line", [3, 4], every, 1, 0, "notyet"), diffdiff("weights", [3], every, 3, 1, "never", weights=True),
             derivative("staggered_errors", [3, 4], every, 3, 1, "never"), derivative("staggered_errors_notyet", [3, 4], every, 2, 0, "notyet"),
             pai("statspai_two_periods", [3], [2, 3], 3, 2, "never"), pai("statspai_one_cohort", [3], every, 3, 0, "never"), pai("statspai_region", [3], every, 3, 1, "never", cluster="region"),
             pai("statspai_staggered", [3, 4], every, 3, 0, "never"), pai("statspai_notyet", [3, 4], every, 2, 0, "notyet"),
             python("contdid_one_cohort", [3], every, 3, 1, "never"), python("contdid_staggered", [3, 4], every, 3, 0, "notyet"),
             modern("moderndid_staggered", [3, 4], every, 3, 0, "never"), modern("moderndid_notyet", [3, 4], every, 2, 0, "notyet")]
    with open("dose.json", "w") as f:
        json.dump({"about": "Continuous treatments: [estimate, error] at each dose of the grid, an error of 0 where the program's is not taken; [event time, estimate].", "cases": cases}, f, indent=1)
        f.write("\n")
    for c in cases:
        print(c["id"], c.get("att_overall"), c.get("acrt_overall"), c["att"][:2], c["acrt"][:2])
