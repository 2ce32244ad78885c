"""Looks for the numbers of a scenario with which its arms are like those of trials.

    python recipes/calibrate.py SCENARIO TRIALS.csv KEY=START[UNIT] ... [--patients N] [--rounds N] [--program CLONETIDE]
    python recipes/calibrate.py scenarios/relapse-trials.toml recipes/trials.csv "drug.bortezomib.kill=0.06 /d"

TRIALS.csv has columns arm, quantity and value, with the quantities of summary.csv. Shares count by their log-odds (0.3 is
one unit), medians by their logarithm (0.25 is one). Every number is tried a little larger and smaller, one after the
other; where neither helps, steps become smaller. The patients are the same each time, so that small changes can be told apart.
"""

import argparse
import csv
import math
import re
import subprocess
import tempfile
from pathlib import Path


def log_odds(share):
    return math.log((share + 0.005) / (1.005 - share))


def misfit(told, wanted):
    """Units by which an estimate differs from a trial; a median that was not reached counts as the end of follow-up."""
    if wanted["quantity"].startswith("median"):
        return (math.log(told) - math.log(float(wanted["value"]))) / 0.25
    return (log_odds(told) - log_odds(float(wanted["value"]))) / 0.3


class Trials:
    def __init__(self, asked):
        self.asked = asked
        with open(asked.trials, newline="") as file:
            self.wanted = list(csv.DictReader(line for line in file if not line.startswith("#")))
        self.folder = tempfile.TemporaryDirectory()

    def estimates(self, numbers):
        changes = [f"{key}={value:.6g}{unit}" for key, (value, unit) in numbers.items()]
        command = [self.asked.program, "run", self.asked.scenario, "--force", "--quiet", "--out", self.folder.name]
        command += ["--set", f"study.patients={self.asked.patients}"]
        for change in changes:
            command += ["--set", change]
        # The program has said what is wrong.
        if subprocess.run(command, stdout=subprocess.DEVNULL).returncode != 0:
            raise SystemExit(f"failed: {' '.join(command)}")
        with open(Path(self.folder.name) / "summary.csv", newline="") as file:
            return {(row["arm"], row["quantity"]): row["estimate"] for row in csv.DictReader(file)}

    def score(self, numbers):
        told = self.estimates(numbers)
        for want in self.wanted:
            if (want["arm"], want["quantity"]) not in told:
                raise SystemExit(f"{self.asked.trials}: no {want['quantity']} of an arm {want['arm']!r} in summary.csv")
        self.told = [told[want["arm"], want["quantity"]] or self.asked.follow_up for want in self.wanted]
        return sum(misfit(float(value), want) ** 2 for value, want in zip(self.told, self.wanted))


def search(trials, numbers, rounds):
    best, steps = trials.score(numbers), dict.fromkeys(numbers, 0.2)
    for at in range(rounds):
        for key, step in steps.items():
            value, unit = numbers[key]
            for factor in (math.exp(step), math.exp(-step)):
                tried = numbers | {key: (value * factor, unit)}
                score = trials.score(tried)
                if score < best:
                    best, numbers = score, tried
                    break
            else:
                steps[key] = step / 2
        print(f"round {at + 1}: {best:.1f}", *(f"{key}={value:.4g}{unit}" for key, (value, unit) in numbers.items()), flush=True)
    return numbers


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("scenario")
    ask.add_argument("trials")
    ask.add_argument("numbers", nargs="*", metavar="KEY=START[UNIT]")
    ask.add_argument("--patients", type=int, default=240)
    ask.add_argument("--rounds", type=int, default=10)
    ask.add_argument("--program", default="clonetide")
    ask.add_argument("--follow-up", type=float, default=1461, help="days that a median not reached counts as")
    asked = ask.parse_args()
    numbers = {}
    for text in asked.numbers:
        parts = re.fullmatch(r"([^=]+)=([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)( .*)?", text)
        if parts is None or float(parts[2]) == 0:
            ask.error(f"{text!r}: is not a key and a number above 0, such as 'drug.bortezomib.kill=0.06 /d'")
        numbers[parts[1]] = (float(parts[2]), parts[3] or "")
    trials = Trials(asked)
    numbers = search(trials, numbers, asked.rounds if numbers else 0)
    trials.score(numbers)
    print("arm, quantity: trial, simulated")
    for want, told in zip(trials.wanted, trials.told):
        print(f"{want['arm']}, {want['quantity']}: {float(want['value']):.4g}, {float(told):.4g}")


if __name__ == "__main__":
    main()
