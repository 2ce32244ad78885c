"""Real readers take the exports: pymuller, pyfish, lifelines, pandas, polars, Biopython, and R's survival if R is there.

Run by `just test-readers`, which makes the virtual environment. Usage: readers.py CLONETIDE WORKFOLDER
"""

import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot

import pandas as pd
import polars as pl
from Bio import Phylo
from lifelines import CoxPHFitter, KaplanMeierFitter

program, work = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
root = Path(__file__).resolve().parents[2]
run = work / "run"
work.mkdir(parents=True, exist_ok=True)


def clonetide(*arguments):
    subprocess.run([program, *map(str, arguments)], check=True, capture_output=True)


def export(tool, *options):
    clonetide("export", run, "--to", tool, *options)
    return run / f"export-{tool}"


clonetide("run", root / "scenarios" / "psmb5.toml", "--out", run, "--force", "--quiet")
summary = pd.read_csv(run / "summary.csv")
told = summary[summary.quantity == "median_pfs_days"].set_index("arm").estimate

# pandas and polars see the same tables.
for table in ["patients", "visits", "events", "clones", "trajectories", "summary"]:
    assert len(pd.read_csv(run / f"{table}.csv")) == pl.read_csv(run / f"{table}.csv", infer_schema_length=None).height
print("pandas, polars: every table")

# lifelines: the median of the run, from time and status and from ADTTE; and a Cox model with a covariate.
pfs = pd.read_csv(export("survival") / "pfs.csv")
adtte = pd.read_csv(export("adtte") / "adtte.csv")
adtte = adtte[adtte.PARAMCD == "PFS"]
for arm, median in told.items():
    own, trial = pfs[pfs.arm == arm], adtte[adtte.TRTP == arm]
    assert KaplanMeierFitter().fit(own.time, own.status).median_survival_time_ == median
    assert KaplanMeierFitter().fit(trial.AVAL, 1 - trial.CNSR).median_survival_time_ == median
cox = pfs.assign(kd=(pfs.arm == "Kd").astype(int))[["time", "status", "kd", "kill_scale"]]
hazard = CoxPHFitter().fit(cox, "time", "status").hazard_ratios_
assert hazard["kill_scale"] < 1, hazard
print("lifelines: medians and a Cox model")

# pymuller draws.
from pymuller import muller

folder = export("pymuller", "--patient", 2)
populations, edges = pd.read_csv(folder / "populations.csv"), pd.read_csv(folder / "edges.csv")
colour_by = pd.Series({clone: clone for clone in populations.Identity.unique()}, name="clone")
axes = muller(populations.astype({"Population": float}), edges, colour_by, normalize=True)
axes.figure.savefig(work / "pymuller.png")
print("pymuller: a Muller plot")

# pyfish draws the same files with its own names of the columns; it stops at a child without a parent.
import pyfish

steps = populations.rename(columns={"Identity": "Id", "Generation": "Step", "Population": "Pop"})
tree = edges.rename(columns={"Parent": "ParentId", "Identity": "ChildId"})
data, *rest = pyfish.process_data(steps.astype({"Step": int}), tree)
pyfish.setup_figure()
pyfish.fish_plot(data, *rest)
matplotlib.pyplot.savefig(work / "pyfish.png")
print("pyfish: a fish plot")

# Biopython reads the tree: every clone once, branches in days.
tree = Phylo.read(StringIO((export("newick") / "clones.nwk").read_text()), "newick")
names = [clade.name for clade in tree.find_clades()]
assert len(names) == len(set(names)) >= 2 and all(names), names
print("Biopython: the tree")

# R's survival, if R is there.
if shutil.which("Rscript"):
    script = """
    library(survival)
    adtte <- subset(read.csv(commandArgs(TRUE)[1]), PARAMCD == "PFS")
    fit <- survfit(Surv(AVAL, 1 - CNSR) ~ TRTP, data = adtte)
    cat(summary(fit)$table[, "median"])
    """
    (work / "survival.R").write_text(script)
    done = subprocess.run(
        ["Rscript", work / "survival.R", run / "export-adtte" / "adtte.csv"], check=True, capture_output=True, text=True
    )
    assert sorted(map(float, done.stdout.split())) == sorted(told), done.stdout
    print("R survival: medians")
else:
    print("R is not here: not tried")
