"""Writes G03.json: two states that come and go, and one drug that both resist.

    python3 tests/theory/two_states.py > tests/theory/G03.json

A branching process of four types. Its generating function for one cell of each type solves the backward equations
(Athreya & Ney 1972, ch. V), here by scipy's DOP853 at the roots of unity; a discrete Fourier transform gives the
probabilities of a count, and these its moments. Needs numpy and scipy.
"""

import json
import numpy as np
from scipy.integrate import solve_ivp

TYPES = ["N", "A", "B", "AB"]
DIVISION, DEATH, KILL = 0.1, 0.02, 0.15
LEFT = [1.0, 0.1, 0.2, 0.02]  # of the kill
ON, OFF = {"A": 0.01, "B": 0.02}, {"A": 0.005, "B": 0.005}
CELLS = 2000  # N on day 0
SIZE = 8192  # more than any count gets to


def rates():
    """Events of each type: (products as counts of the types, rate)."""
    events = []
    for i in range(4):
        one = np.eye(4, dtype=int)[i]
        own = [(2 * one, DIVISION), (0 * one, DEATH + KILL * LEFT[i])]
        for bit, name in [(1, "A"), (2, "B")]:
            to = np.eye(4, dtype=int)[i ^ bit]
            own.append((to, (OFF if i & bit else ON)[name]))
        events.append(own)
    return events


def generating(day, s):
    """Generating function on a day at the points s (4 x n), from one cell of each type."""
    events = rates()

    def slope(_, flat):
        f = flat.reshape(4, -1)
        out = np.zeros_like(f)
        for i, own in enumerate(events):
            for products, rate in own:
                out[i] += rate * (np.prod([f[j] ** k for j, k in enumerate(products)], axis=0) - f[i])
        return out.ravel()

    start = s.astype(complex).ravel()
    solved = solve_ivp(slope, (0, day), start, method="DOP853", rtol=1e-12, atol=1e-14)
    return solved.y[:, -1].reshape(4, -1)


def pmf(day, weights):
    roots = np.exp(-2j * np.pi * np.arange(SIZE) / SIZE)
    points = np.array([roots ** weights.get(name, 0) for name in TYPES])
    law = np.fft.ifft(generating(day, points)[0] ** CELLS).real
    assert abs(law.sum() - 1) < 1e-10 and law.min() > -1e-12 and abs(law[-SIZE // 8 :]).max() < 1e-12
    return np.clip(law, 0, None)


def rounded(x):
    return float(f"{x:.10g}")


def moments(law, weights, day):
    k = np.arange(SIZE)
    mean = (law * k).sum()
    central = [(law * (k - mean) ** power).sum() for power in (2, 3, 4)]
    names = zip(("mean", "var", "mu3", "mu4"), [mean, *central])
    return {"kind": "moments", "name": f"{weights} at t={day}", "weights": weights, "time": day} | {
        name: rounded(value) for name, value in names
    }


def observables():
    for day in (7.0, 28.0):
        for weights in [{"N": 1}, {"A": 1}, {"B": 1}, {"AB": 1}, {"A": 1, "AB": 1}, {n: 1 for n in TYPES}]:
            law = pmf(day, weights)
            yield moments(law, weights, day)
            if weights == {"AB": 1} and day == 7:
                last = int(np.nonzero(np.cumsum(law) > 1 - 1e-12)[0][0])
                yield {
                    "kind": "pmf", "name": f"pmf {weights} at t={day}", "weights": weights, "time": day,
                    "nmax": last, "p": [rounded(p) for p in law[: last + 1]],
                    "tail": rounded(max(0.0, 1 - law[: last + 1].sum())),
                }


def model():
    events = []
    for name, own in zip(TYPES, rates()):
        for products, rate in own:
            made = {to: int(n) for to, n in zip(TYPES, products) if n}
            what = "birth" if sum(made.values()) == 2 else "death" if not made else f"to {list(made)[0]}"
            events.append({"name": f"{name}: {what}", "reactant": name, "products": made, "rate": rounded(rate)})
    return {"types": TYPES, "events": events, "initial": {"N": CELLS}}


case = {
    "origin": "tests/theory/two_states.py",
    "id": "G03",
    "title": "two states that come and go, and one drug that both resist",
    "sources": ["Athreya KB, Ney PE (1972) Branching Processes, ch. V (multi-type backward equations)"],
    "notes": "backward equations of the generating function at roots of unity, Fourier transform",
    "types": TYPES,
    "traits": ["", "A", "B", "A+B"],
    "model": model(),
}
head = json.dumps(case, indent=1)[:-2]
rows = ",\n  ".join(json.dumps(row) for row in observables())
print(f'{head},\n "observables": [\n  {rows}\n ]\n}}')
