#!/usr/bin/env python3
"""Searches for models in which the leap engine's means are wrong.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install numpy scipy
    /tmp/venv/bin/python tests/search/mean_field.py --models 300 --keep /tmp/failures

Draws models (models.py), each from its number alone: traits that mutate or switch, drugs that act for days or by a
concentration, crowding. Each is run with so many cells that chance is next to nothing, in steps as long as the records
are apart, and the cells of every trait set at every record are compared with the mean-field equations, written down here
from docs/reference.md and integrated by DOP853. A model fails if a state is off by more than the tolerance and the run's
own `estimated_bias`, beyond five standard deviations of chance and with either of two seeds.

Chance is not 1/sqrt(cells): a state that few founders began has their noise for ever. The covariance equations of the
process (exact without crowding, linear noise with it) know that. A state counts only while its standard deviation is
below a twentieth of the tolerance.

Exit code: 0 if no model failed, 1 if one did, 2 if one could not be run.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from models import CYCLE, KINDS, draw_model, names, scenario
from scipy.integrate import solve_ivp

# Largest share of the tolerance that the standard deviation of a state may be, and how many of them are allowed.
QUIET, ALLOWED = 0.05, 5.0
# Of the random numbers: what one has and the other has not is chance.
SEEDS = (1, 2)


def induced_by(trait, drug):
    """What the full effect of a drug adds to the rate at which a trait is gained."""
    return trait.under[1] - trait.gained if trait.under and trait.under[0] == drug else 0.0


class MeanField:
    """The mean-field equations of a model, and those of its covariances."""

    def __init__(self, model):
        self.model, self.states = model, 1 << len(model.traits)
        self.has = np.array([[of >> bit & 1 for of in range(self.states)] for bit in range(len(model.traits))], bool)
        self.division = model.division * self.product(trait.division_factor for trait in model.traits)
        self.death = model.death + np.array([trait.death_added for trait in model.traits]) @ self.has
        self.kill, self.ec50, self.induced = [], [], []
        for at, drug in enumerate(model.drugs):
            self.kill.append(drug.kill * self.product(1 - trait.resists[at][0] for trait in model.traits))
            self.ec50.append(drug.ec50 * self.product(trait.resists[at][1] for trait in model.traits))
            self.induced.append(self.changes(induced_by(trait, at) for trait in model.traits))
        self.mutations = self.changes(trait.per_division for trait in model.traits)
        self.switches = self.changes(trait.gained for trait in model.traits)
        self.switches += self.changes((trait.lost for trait in model.traits), carried=True)

    def product(self, factors):
        """Of the factors of the traits that each state has."""
        return np.prod(np.where(self.has.T, list(factors), 1.0), axis=1)

    def changes(self, rates, carried=False):
        """Rates from each state (row) to each other (column) that has one trait more, or less."""
        changes = np.zeros((self.states, self.states))
        for bit, (trait, rate) in enumerate(zip(self.model.traits, rates)):
            for of in np.flatnonzero(self.has[bit] == carried):
                if carried or trait.requires is None or self.has[trait.requires][of]:
                    changes[of, of ^ (1 << bit)] += rate
        return changes

    def doses(self, drug):
        return np.array([cycle * CYCLE + day - 1.0 for cycle in range(self.model.cycles) for day in drug.days])

    def breaks(self):
        """Days on which something begins or ends, and those of the records."""
        days = [np.arange(0.0, self.model.days + 1, self.model.step)]
        for drug in self.model.drugs:
            days += [self.doses(drug), self.doses(drug) + (drug.lasting or 0.0)]
        days = np.unique(np.concatenate(days))
        return days[days <= self.model.days]

    def level(self, at, piece):
        """A drug's effect on each state as a function of the day, and that on cells without traits."""
        drug, doses = self.model.drugs[at], self.doses(self.model.drugs[at])
        before = doses[doses < np.mean(piece)]
        if drug.lasting is not None:
            acts = float(np.any(before + drug.lasting > np.mean(piece)))
            return lambda day: (acts, acts)

        def effect(day):
            level = np.sum(np.exp(-np.log(2) / drug.half_life * (day - before)))
            odds = (level / self.ec50[at]) ** drug.hill
            return odds / (1 + odds), odds[0] / (1 + odds[0])

        return effect

    def rates(self, levels, day):
        death, switches = self.death.copy(), self.switches.copy()
        for kill, induced, level in zip(self.kill, self.induced, levels):
            effect, bare = level(day)
            death += kill * effect
            switches += induced * bare
        return death, switches

    def crowding(self, burden):
        """What multiplies division, what is added to death, and how they answer to one more cell."""
        model = self.model
        if not model.capacity:
            return 1.0, 0.0, 0.0, 0.0
        if model.acts_on == "division":
            room = 1 - burden / model.capacity
            return max(room, 0.0), 0.0, -1 / model.capacity if room > 0 else 0.0, 0.0
        slope = max(model.division - model.death, 0.0) / model.capacity
        return 1.0, slope * burden, 0.0, slope

    def matrix(self, burden, death, switches):
        """Growth of the means, to each state (row) from each (column)."""
        factor, added, _, _ = self.crowding(burden)
        births = (self.division * factor)[:, None] * self.mutations
        own = self.division * factor - births.sum(1) - death - added - switches.sum(1)
        return (births + switches).T + np.diag(own)

    def slope(self, day, cells, levels):
        return self.matrix(cells.sum(), *self.rates(levels, day)) @ cells

    def slope_of_all(self, day, y, levels):
        """Of the means, and of the covariances behind them."""
        cells, covariance = y[: self.states], y[self.states :].reshape(self.states, self.states)
        death, switches = self.rates(levels, day)
        burden = cells.sum()
        factor, added, by_factor, by_added = self.crowding(burden)
        matrix = self.matrix(burden, death, switches)
        births = self.division[:, None] * self.mutations
        grown = births.T @ cells + (self.division - births.sum(1)) * cells
        jacobian = matrix + (by_factor * grown - by_added * cells)[:, None]
        flow = cells[:, None] * switches
        noise = np.diag(factor * grown + (death + added) * cells + flow.sum(0) + flow.sum(1)) - flow - flow.T
        change = jacobian @ covariance
        return np.concatenate([matrix @ cells, (change + change.T + noise).ravel()])

    def follow(self, slope, start, method, rtol, atol):
        """What is there on each day of record."""
        y, course, breaks = start, {}, self.breaks()
        for piece in zip(breaks[:-1], breaks[1:]):
            levels = [self.level(at, piece) for at in range(len(self.model.drugs))]
            y = solve_ivp(slope, piece, y, method, args=(levels,), rtol=rtol, atol=atol).y[:, -1]
            if piece[1] % self.model.step == 0:
                course[int(piece[1])] = y
        return course

    def course(self):
        """Means and standard deviations of every state by the day."""
        cells = np.zeros(self.states)
        cells[0] = self.model.burden
        for traits_of, count in self.model.clones.items():
            cells[traits_of] = count
        means = self.follow(self.slope, cells, "DOP853", 1e-10, 1e-3)
        start = np.concatenate([cells, np.zeros(self.states**2)])
        # Of chance the size is enough.
        both = self.follow(self.slope_of_all, start, "RK45", 1e-3, 1.0)
        variances = {day: np.diag(y[self.states :].reshape(self.states, self.states)) for day, y in both.items()}
        return {day: (means[day], np.sqrt(np.maximum(variances[day], 0.0))) for day in means}


def run(binary, model, tolerance, seed):
    """Cells by day and state, and the estimate of their bias."""
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "model.toml", Path(folder) / "out"
        file.write_text(scenario(model, tolerance, seed))
        command = [binary, "run", file, "--out", out, "--quiet", "--threads", "1"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"model {model.number}: exit code {done.returncode}\n{done.stderr}{file.read_text()}")
        bit = {trait.name: 1 << place for place, trait in enumerate(model.traits)}
        cells = {}
        for row in csv.DictReader((out / "trajectories.csv").open()):
            traits_of = sum(known for name, known in bit.items() if name in row["traits"])
            place = int(float(row["day"])), traits_of
            cells[place] = cells.get(place, 0) + float(row["cells"])
        summary = {row["quantity"]: row["estimate"] for row in csv.DictReader((out / "summary.csv").open())}
        return cells, float(summary["estimated_bias"])


def worst(course, runs, tolerance, estimate):
    """The largest error beyond chance as a share of what is allowed: that, the error, its day and its state."""
    found = (0.0, 0.0, 0, 0)
    for day, (means, deviations) in course.items():
        for state, (mean, deviation) in enumerate(zip(means, deviations)):
            # What the integration leaves of a state that has died out is no number of cells.
            deviation = max(deviation, np.sqrt(max(mean, 0.0)))
            if deviation >= QUIET * tolerance * mean:
                continue
            error = min((cells.get((day, state), 0.0) / mean - 1 for cells in runs), key=abs)
            beyond = max(abs(error) - ALLOWED * deviation / mean, 0.0)
            found = max(found, (beyond / max(tolerance, estimate), error, day, state))
    return found


def examine(model, tolerances, binary):
    """The worst of a model at each tolerance, and the estimate beside it."""
    course, told = MeanField(model).course(), []
    for tolerance in tolerances:
        runs, estimates = zip(*(run(binary, model, tolerance, seed) for seed in SEEDS))
        estimate = max(estimates)
        told.append((tolerance, worst(course, runs, tolerance, estimate), estimate))
    return told


def numbers(options):
    """Models that are asked for, by their kinds."""
    for number in range(options.first, options.first + options.models):
        model = draw_model(number)
        if not set(options.without) & set(model.kinds) and set(options.only) <= set(model.kinds):
            yield model


def tell(model, tolerance, found, estimate):
    ratio, error, day, state = found
    name = "+".join(names(model, state)) or "none"
    print(
        f"model {model.number} ({', '.join(model.kinds)}): {name} on day {day} off by {100 * error:+.3g} %, "
        f"estimate {100 * estimate:.2g} %, tolerance {100 * tolerance:g} % (x {ratio:.3g})",
        flush=True,
    )


def summarise(results):
    print(f"\n{'kind':20} models  failed  largest error, of what is allowed")
    for kind in ["all", *KINDS]:
        of = [ratio for model, ratio in results if kind == "all" or kind in model.kinds]
        if of:
            print(f"{kind:20} {len(of):6}  {sum(ratio > 1 for ratio in of):6}  {max(of):.3g}")


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", type=int, default=100, help="how many numbers are tried")
    parser.add_argument("--first", type=int, default=1, help="number of the first model")
    parser.add_argument("--tolerance", type=float, nargs="+", default=[1e-2, 1e-3])
    parser.add_argument("--binary", default="target/release/clonetide")
    parser.add_argument("--keep", type=Path, help="folder for the scenarios of failures")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", nargs="+", default=[], choices=KINDS, help="models of all of these kinds")
    parser.add_argument("--without", nargs="+", default=[], choices=KINDS, help="no model of these kinds")
    return parser.parse_args()


def keep(folder, model, tolerance):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"model-{model.number}-{tolerance:g}.toml").write_text(scenario(model, tolerance, 1))


def main():
    asked, results, broken = options(), [], False
    models = list(numbers(asked))
    with ProcessPoolExecutor(asked.jobs) as pool:
        futures = [pool.submit(examine, model, asked.tolerance, asked.binary) for model in models]
        for model, future in zip(models, futures):
            try:
                told = future.result()
            except RuntimeError as error:
                print(error, file=sys.stderr)
                broken = True
                continue
            results.append((model, max(found[0] for _, found, _ in told)))
            for tolerance, found, estimate in told:
                if found[0] > 1.0:
                    tell(model, tolerance, found, estimate)
                    if asked.keep:
                        keep(asked.keep, model, tolerance)
    summarise(results)
    return 2 if broken else int(any(ratio > 1.0 for _, ratio in results))


if __name__ == "__main__":
    sys.exit(main())
