#!/usr/bin/env python3
"""Copies the theory references that the tests use, trimmed, into this folder.

    python3 tests/theory/extract.py FOLDER     # FOLDER: shared/theory/open

Probabilities at the end of a pmf that are not above 1e-12 go into its tail; cross-check residuals are dropped. The
script adds "origin", "types" (the order of the counts) and, where the name of an observable asks for it,
"min_replicates". The same folder gives the same bytes.
"""
import json
import math
import os
import sys

CASES = "A01 C04 G01 B01 B03 H03 H04 H05 C05 F03".split()
FLOOR = 1e-12
KEPT = ("id", "title", "sources", "notes", "types", "model", "process", "observables")


def trimmed(obs):
    obs = {key: value for key, value in obs.items() if not key.startswith("xcheck")}
    if "(heavy tail: use only with >=1e5 replicates)" in obs["name"]:
        obs["min_replicates"] = 100000
    if obs["kind"] == "pmf":
        trim_pmf(obs)
    return obs


def trim_pmf(obs):
    end = 1 + max(i for i, p in enumerate(obs["p"]) if p > FLOOR)
    tail = obs["tail"] + math.fsum(obs["p"][end:])
    obs["p"] = obs["p"][:end]
    obs["nmax"], obs["tail"] = end - 1, float("%.13g" % tail)
    assert abs(math.fsum(obs["p"]) + tail - 1) < 1e-12, obs["name"]


def types(case):
    """The model's types; a process names them only in its observables."""
    if "model" in case:
        return case["model"]["types"]
    zeros = [obs["event"]["zero"] for obs in case["observables"] if "event" in obs]
    return max(zeros, key=len)


def lines(value, depth=0):
    """JSON with a line per entry at the top, per observable and per event; numbers of an array on one line."""
    pad = " " * (depth + 1)
    if isinstance(value, dict) and depth < 2:
        body = [pad + json.dumps(key) + ": " + lines(item, depth + 1) for key, item in value.items()]
        return "{\n" + ",\n".join(body) + "\n" + pad[:-1] + "}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(pad + json.dumps(item) for item in value) + "\n" + pad[:-1] + "]"
    return json.dumps(value)


def extract(folder, name, target):
    with open(os.path.join(folder, name)) as file:
        case = json.load(file)
    case["types"] = types(case)
    case["observables"] = [trimmed(obs) for obs in case["observables"]]
    out = {"origin": f"shared/theory/open/{name}, by tests/theory/extract.py"}
    out.update((key, case[key]) for key in KEPT if key in case)
    with open(os.path.join(target, name), "w") as file:
        file.write(lines(out) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for case_id in CASES:
        extract(sys.argv[1], case_id + ".json", os.path.dirname(os.path.abspath(__file__)))
