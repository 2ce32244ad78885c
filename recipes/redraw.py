"""Loads the tables of a run and draws two figures anew: progression-free survival, and the clones of one patient.

    pip install pandas matplotlib lifelines
    python recipes/redraw.py output/the-reviews-story [PATIENT]
"""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pandas as pd
from lifelines import KaplanMeierFitter

run = Path(sys.argv[1])
patient = int(sys.argv[2]) if len(sys.argv) > 2 else 1
MONTH = 30.4375

# Progression-free survival: time and event stand side by side.
patients = pd.read_csv(run / "patients.csv")
axes = plt.figure(figsize=(7, 4)).gca()
for arm, own in patients.groupby("arm", sort=False):
    KaplanMeierFitter(label=arm).fit(own.pfs / MONTH, own.pfs_event).plot_survival_function(ax=axes)
axes.set(xlabel="months", ylabel="progression-free", ylim=(0, 1))
axes.figure.savefig("pfs.png", dpi=150, bbox_inches="tight")

# Clones: `traits` is empty for wild type, and a clone without cells has no row.
cells = pd.read_csv(run / "trajectories.csv", keep_default_na=False)
cells = cells[(cells.arm == cells.arm.iloc[0]) & (cells.patient == patient) & (cells.replicate == 1)]
by_traits = cells.assign(traits=cells.traits.replace("", "wild type")).pivot_table(
    index="day", columns="traits", values="cells", aggfunc="sum", fill_value=0
)
by_traits = by_traits[by_traits.max().sort_values(ascending=False).index[:8]]
axes = by_traits.set_index(by_traits.index / MONTH).plot(logy=True, figsize=(7, 4))
axes.set(xlabel="months", ylabel="cells", ylim=(1, None), title=f"Patient {patient}")
axes.figure.savefig("clones.png", dpi=150, bbox_inches="tight")
print("wrote pfs.png and clones.png")
