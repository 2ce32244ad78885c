"""Makes the data sets and the expected numbers of tests/survival.rs, once.

    pip install lifelines==0.30.3 statsmodels==0.15.0
    python3 tests/survival/make.py

The data are those that lifelines distributes: fruit flies (waltons), released prisoners (rossi), leukaemia (Freireich
1963). Everything is by lifelines, except: the hazard ratio with Breslow's ties and the second opinion on Efron's, by
statsmodels; and the standard error of the restricted mean, for which lifelines has none (its variance is that of
min(T, t), not of the estimate): the formula of Klein & Moeschberger, section 4.5, on lifelines' table of events.
"""

import json
import pathlib

import numpy
import pandas
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.datasets import load_leukemia, load_rossi, load_waltons
from lifelines.statistics import logrank_test
from lifelines.utils import median_survival_times, restricted_mean_survival_time
from statsmodels.duration.hazard_regression import PHReg

HERE = pathlib.Path(__file__).parent


def data_sets():
    flies = load_waltons()
    yield "waltons", flies["T"], flies["E"], (flies["group"] == "miR-137").astype(int), 50.0, [20.0, 60.0]
    prison = load_rossi()
    yield "rossi", prison["week"], prison["arrest"], prison["fin"], 52.0, [26.0, 52.0]
    leukaemia = load_leukemia()
    yield "leukaemia", leukaemia["t"], leukaemia["status"], leukaemia["Rx"], 20.0, [6.0, 12.5]


def finite(number):
    return None if not numpy.isfinite(number) else float(number)


def curve(data, until, landmarks):
    fitter = KaplanMeierFitter().fit(data.time, data.event)
    table = fitter.event_table
    survival = fitter.survival_function_["KM_estimate"]
    mean = restricted_mean_survival_time(fitter, t=until)
    variance = 0.0
    for time, row in table[(table.observed > 0) & (table.index <= until)].iterrows():
        if row.at_risk > row.observed:
            times = [time] + [t for t in survival.index if time < t < until] + [until]
            area = sum(survival[a] * (b - a) for a, b in zip(times, times[1:]))
            variance += area**2 * row.observed / (row.at_risk * (row.at_risk - row.observed))
    limits = fitter.confidence_interval_survival_function_
    rows = []
    for landmark in landmarks:
        at = survival.index[survival.index <= landmark][-1]
        events = table[(table.index <= landmark) & (table.observed > 0)]
        greenwood = (events.observed / (events.at_risk * (events.at_risk - events.observed))).sum()
        error = survival[at] * numpy.sqrt(greenwood)
        rows.append([landmark, survival[at], *limits.loc[at].tolist(), error])
    interval = median_survival_times(limits).iloc[0].tolist()
    return {
        "median": finite(fitter.median_survival_time_),
        "median_interval": [finite(end) for end in interval],
        "until": until,
        "restricted_mean": float(mean),
        "restricted_mean_error": float(numpy.sqrt(variance)),
        "landmarks": [[float(number) for number in row] for row in rows],
    }


def comparison(data):
    a, b = data[data.group == 0], data[data.group == 1]
    rank = logrank_test(a.time, b.time, a.event, b.event)
    cox = CoxPHFitter().fit(data, "time", "event", fit_options={"precision": 1e-12})
    row = cox.summary.loc["group"]
    by = {}
    for ties in ["efron", "breslow"]:
        fit = PHReg(data.time, data[["group"]].astype(float), status=data.event, ties=ties).fit(disp=0, tol=1e-14)
        by[ties] = [float(fit.params[0]), float(fit.bse[0])]
    return {
        "log_rank": [float(rank.test_statistic), float(rank.p_value)],
        "hazard_ratio": [float(numpy.exp(row["coef"])), float(row["exp(coef) lower 95%"]), float(row["exp(coef) upper 95%"])],
        "efron": [float(row["coef"]), float(row["se(coef)"])],
        "statsmodels_efron": by["efron"],
        "breslow": by["breslow"],
    }


expected = {}
for name, time, event, group, until, landmarks in data_sets():
    data = pandas.DataFrame({"time": time.astype(float), "event": event.astype(int), "group": group.astype(int)})
    data.to_csv(HERE / f"{name}.csv", index=False)
    groups = [curve(data[data.group == group], until, landmarks) for group in (0, 1)]
    expected[name] = {"groups": groups, **comparison(data)}
(HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
