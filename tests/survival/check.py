"""Loads the tables of a run of several arms in pandas and lifelines, without editing, and compares the summary.

    cargo run --release -- run scenarios/drd-against-rd.toml --force
    pip install lifelines==0.30.3
    python3 tests/survival/check.py output/drd-against-rd

Ends with an error if lifelines finds another median, rate, hazard ratio or p than summary.csv says, to 1e-6.
"""

import pathlib
import sys

import numpy
import pandas
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import logrank_test
from lifelines.utils import restricted_mean_survival_time

MONTH = 30.4375

folder = pathlib.Path(sys.argv[1])
patients = pandas.read_csv(folder / "patients.csv")
summary = pandas.read_csv(folder / "summary.csv")
arms = list(dict.fromkeys(patients.arm))
checked = 0


def told(arm, quantity, column="estimate"):
    rows = summary[(summary.arm == arm) & (summary.quantity == quantity)]
    assert len(rows) == 1, f"{arm}: {len(rows)} rows {quantity}"
    return rows.iloc[0][column]


def same(what, ours, theirs, tolerance=1e-6):
    global checked
    checked += 1
    if numpy.isnan(ours) and not numpy.isfinite(theirs):
        return
    assert abs(ours - theirs) <= tolerance * max(1.0, abs(theirs)), f"{what}: {ours}, lifelines {theirs}"


for endpoint in ["pfs", "os"]:
    if not summary.quantity.str.contains(f"median_{endpoint}_days").any():
        continue
    event = f"{endpoint}_event"
    for arm in arms:
        own = patients[patients.arm == arm]
        fitter = KaplanMeierFitter().fit(own[endpoint], own[event])
        same(f"{arm} median", told(arm, f"median_{endpoint}_days"), fitter.median_survival_time_)
        for quantity in summary[(summary.arm == arm) & summary.quantity.str.match(f"{endpoint}_rate_.*_months")].quantity:
            day = int(quantity.split("_")[2]) * MONTH
            same(f"{arm} {quantity}", told(arm, quantity), fitter.predict(day))
        until = told(arm, f"restriction_{endpoint}_days")
        mean = restricted_mean_survival_time(fitter, t=until)
        same(f"{arm} restricted mean", told(arm, f"restricted_mean_{endpoint}_days"), mean)
    for arm in arms[1:]:
        both = patients[patients.arm.isin([arms[0], arm])]
        table = both[[endpoint, event]].assign(other=(both.arm == arm).astype(int))
        cox = CoxPHFitter().fit(table, endpoint, event, fit_options={"precision": 1e-10}).summary.loc["other"]
        same(f"{arm} hazard ratio", told(arm, f"hazard_ratio_{endpoint}"), cox["exp(coef)"])
        same(f"{arm} low", told(arm, f"hazard_ratio_{endpoint}", "low"), cox["exp(coef) lower 95%"])
        same(f"{arm} high", told(arm, f"hazard_ratio_{endpoint}", "high"), cox["exp(coef) upper 95%"])
        first, other = (both[both.arm == name] for name in (arms[0], arm))
        rank = logrank_test(first[endpoint], other[endpoint], first[event], other[event])
        p = told(arm, f"log_rank_p_{endpoint}")
        assert rank.p_value == 0 or abs(numpy.log(p / rank.p_value)) < 1e-6, (p, rank.p_value)
        pairs = first.merge(other, on=["patient", "replicate"])
        assert len(pairs) == len(first), "the same patients are in both arms"
print(f"{checked} numbers of {len(arms)} arms agree with lifelines")
