"""What an afternoon with numba gives for the same workloads: a binomial tau-leap beside the release binary.

    cargo build --release && taskset -c 1 python3 benches/peers.py [--binary PATH] [--rounds 3]

Needs `pip install numba numpy`; an optional tool, no part of the tests. Both run the scenarios of scenarios/bench with
one thread; user CPU seconds per 1,000 replicates, in turns, so that other work on the machine meets both alike. The
peer's time is that of its compiled loop alone; ours is the whole process, with and without tables.
"""

import argparse
import os
import resource
import statistics
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numba import njit

ROOT = Path(__file__).resolve().parent.parent
B, D, U, LOCI, TYPES = 0.14, 0.04, 1e-5, 4, 16
SWITCH, GAIN, GAIN_UNDER, LOSS = 2, 1e-4, 1e-2, 1.0 / 180.0
CAPACITY, KILL, CYCLE, ON = 1e12, 0.25, 28.0, 21.0
# First day and drugs of each line; a line lasts 336 d.
LINES = np.array([[0, 1, 1, 1, 0], [616, 0, 1, 1, 1], [1232, 1, 0, 1, 1]])


@njit
def successes(rng, n, p):
    """Binomial; by a normal number where that cannot be told apart, as one does for speed."""
    mean = n * p
    variance = mean * (1.0 - p)
    if variance > 1000.0:
        return min(n, max(0, int(mean + np.sqrt(variance) * rng.standard_normal() + 0.5)))
    if p < 1e-4:
        return min(n, rng.poisson(mean))
    return rng.binomial(n, p)


@njit
def mutate(rng, cells, kind, births, switch):
    """Of the births of one type, all but the mutants stay with it."""
    loci = 0
    for locus in range(LOCI):
        loci += locus != switch and not kind >> locus & 1
    mutants = successes(rng, births, loci * U) if loci else 0
    for locus in range(LOCI):
        if locus != switch and not kind >> locus & 1:
            here = mutants if loci == 1 else successes(rng, mutants, 1.0 / loci)
            cells[kind | 1 << locus] += here
            mutants -= here
            births -= here
            loci -= 1
    cells[kind] += births


@njit
def leap(rng, cells, kills, crowding, gain, tau, switch):
    """One step: how many cells do anything, and what they do."""
    before = cells.copy()
    for kind in range(TYPES):
        if before[kind] > 0:
            death = D + crowding + kills[kind]
            flip = 0.0 if switch < 0 else LOSS if kind >> switch & 1 else gain
            total = B + death + flip
            acting = successes(rng, before[kind], 1.0 - np.exp(-total * tau))
            dying = successes(rng, acting, death / total)
            flipping = successes(rng, acting - dying, flip / (B + flip)) if flip > 0.0 else 0
            cells[kind] -= dying + flipping
            if flipping > 0:
                cells[kind ^ 1 << switch] += flipping
            mutate(rng, cells, kind, acting - dying - flipping, switch)


@njit
def growth(rng, replicates, tau, size):
    """W2: from one cell to `size` cells or none. The share that died out."""
    extinct, kills = 0, np.zeros(TYPES)
    for _ in range(replicates):
        cells = np.zeros(TYPES, np.int64)
        cells[0] = 1
        while 0 < cells.sum() < size:
            leap(rng, cells, kills, 0.0, 0.0, tau, -1)
        extinct += cells.sum() == 0
    return extinct / replicates


@njit
def therapy(rng, replicates, tau, lines):
    """W3: 1e10 cells through three lines, recorded every week. Mean total on day 84."""
    weekly, total, steps = np.zeros((261, TYPES), np.int64), 0.0, round(7.0 / tau)
    for _ in range(replicates):
        cells = np.zeros(TYPES, np.int64)
        cells[0] = 10_000_000_000
        weekly[0] = cells
        for week in range(260):
            kills, gain = np.zeros(TYPES), GAIN
            for line in lines:
                since = 7.0 * week - line[0]
                if 0.0 <= since < 336.0 and since % CYCLE < ON:
                    gain = GAIN_UNDER if line[1 + SWITCH] else GAIN
                    for kind in range(TYPES):
                        for locus in range(LOCI):
                            kills[kind] += line[1 + locus] * (1 - (kind >> locus & 1)) * KILL / 3.0
            for _ in range(steps):
                crowding = (B - D) * cells.sum() / CAPACITY
                leap(rng, cells, kills, crowding, gain, tau, SWITCH)
            weekly[week + 1] = cells
        total += weekly[12].sum()
    return total / replicates


def user_seconds(who):
    return resource.getrusage(who).ru_utime


def peer(function, replicates, *arguments):
    """CPU seconds per 1,000 replicates, and the peer's own check."""
    before = user_seconds(resource.RUSAGE_SELF)
    check = function(np.random.Generator(np.random.PCG64(replicates)), replicates, *arguments)
    return 1000.0 * (user_seconds(resource.RUSAGE_SELF) - before) / replicates, check


def clonetide(binary, scenario, replicates, tables):
    """CPU seconds of the whole process per 1,000 replicates."""
    with tempfile.TemporaryDirectory() as folder:
        command = [binary, "run", ROOT / "scenarios/bench" / scenario, "--threads", "1", "--quiet", "--out", folder]
        command += ["--replicates", str(replicates), "--set", f"record.tables={tables}"]
        before = user_seconds(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return 1000.0 * (user_seconds(resource.RUSAGE_CHILDREN) - before) / replicates


# Scenario, the peer's function, its replicates, its arguments, and what the check is.
WORKLOADS = [
    ("w2c.toml", growth, 200, (0.05, 10**12), "P(extinct), 0.2857 by theory"),
    ("w3.toml", therapy, 20, (0.1, LINES), "day-84 total over the mean field"),
    ("w3.toml", therapy, 20, (0.025, LINES), "day-84 total over the mean field"),
    ("w3.toml", therapy, 20, (0.01, LINES), "day-84 total over the mean field"),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    parser.add_argument("--binary", type=Path, default=target / "release/clonetide")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if options.rounds < 1 or not options.binary.exists():
        parser.error(f"--rounds must be at least 1, and there must be a binary at {options.binary}")
    print("user CPU seconds per 1,000 replicates, one thread; median, with lowest and highest")
    for scenario, function, replicates, arguments, what in WORKLOADS:
        function(np.random.default_rng(0), 1, *arguments)  # compiles
        rounds = []
        for _ in range(options.rounds):
            theirs, check = peer(function, replicates, *arguments)
            ours = [clonetide(options.binary, scenario, 2000, tables) for tables in ("[]", '["trajectories"]')]
            rounds.append((theirs, *ours, theirs / ours[0], theirs / ours[1]))
        check = check / 1.041467e8 if function is therapy else check
        print(f"\n{scenario}; peer: tau {arguments[0]}, {replicates} replicates; {what}: {check:.4f}")
        names = ["peer", "clonetide, no tables", "clonetide, trajectories", "peer / no tables", "peer / trajectories"]
        for name, values in zip(names, zip(*rounds)):
            print(f"  {name:24} {statistics.median(values):9.3f}  ({min(values):.3f} to {max(values):.3f})")


if __name__ == "__main__":
    main()
