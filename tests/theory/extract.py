#!/usr/bin/env python3
"""Copies the theory references that the tests use, trimmed, into this folder.

    python3 tests/theory/extract.py FOLDER     # FOLDER: shared/theory, with open/ and dsmts/

What is not above 1e-12 at the end of a pmf goes into its tail; cross-check residuals are dropped. The script adds
"origin", "types" (the order of the counts), "traits" (the trait set of each type in the scenario beside it) and, where
the name of an observable asks for it, "min_replicates". What an observable says in its name only is written out as
"event", "at" or "given" (see README.md). The same folder gives the same bytes.
"""
import csv
import json
import math
import os
import re
import sys

CASES = (
    "A01 A02 A03 A04 A05 A06 A07 A08 B01 B02 B03 B04 B05 C02 C03 C04 C05 C06 C07 C08 C09 D01 D02 D03 E01 E02 E03 "
    "F01 F02 F03 G01 G02 H01 H02 H03 H04 H05 I01 J01 J02 J03 J04 K02 S01"
).split()
# Published names of the DSMTS cases, by the one whose numbers they share.
DSMTS = {
    "001-01": "02 06 08 09 10 12 13 14 15 16 17",
    "001-03": "", "001-04": "", "001-05": "", "001-11": "18", "001-19": "",
    "002-01": "08", "002-02": "05 07", "002-03": "", "002-04": "",
    "004-01": "", "004-02": "", "004-03": "",
}
FLOOR = 1e-12
KEPT = ("id", "title", "sources", "notes", "types", "traits", "model", "process", "observables")
# Types of processes, which their files do not list.
TYPES = {"C06": "WM", "C07": "WM", "D01": "WM", "D02": "WM", "I01": "WM", "J01": "X", "J02": "SR", "J03": "X"}
# Days after which what happens at last has happened: 1e-7 of the replicates at most are still open.
AT_LAST = {"F01": 120.0, "F02": 500.0}


def types(case):
    """The model's types; a process names them only in its observables."""
    if "model" in case:
        return case["model"]["types"]
    zeros = [obs["event"]["zero"] for obs in case["observables"] if "zero" in obs.get("event", {})]
    return list(TYPES.get(case["id"], max(zeros, key=len, default=[])))


def traits(names):
    """The first type is the wild type; double mutants carry the trait of their mothers as well."""
    return ["", "A", "A+B"] if names == ["W", "A", "B"] else [""] + names[1:]


def trimmed(case, obs):
    obs = {key: value for key, value in obs.items() if not key.startswith("xcheck")}
    if "(heavy tail: use only with >=1e5 replicates)" in obs["name"]:
        obs["min_replicates"] = 100000
    if obs["kind"] == "pmf":
        trim_pmf(obs)
    written_out(case, obs)
    return obs


def trim_pmf(obs):
    end = 1 + max(i for i, p in enumerate(obs["p"]) if p > FLOOR)
    tail = obs["tail"] + math.fsum(obs["p"][end:])
    obs["p"] = [max(p, 0.0) for p in obs["p"][:end]]
    obs["nmax"], obs["tail"] = end - 1, float("%.13g" % tail)
    assert abs(math.fsum(obs["p"]) + tail - 1) < 1e-10, obs["name"]


def written_out(case, obs):
    """Adds in fields what stands in the name of an observable, in another process or in the title of a case."""
    event, stop, kind = obs.get("event", {}), obs.pop("stop", None), obs["kind"]
    if kind == "prob" and stop:
        obs["event"] = {"reach": stop["total"]}
        if "at least one mutant" in obs["name"]:
            obs["event"] = {"nonzero": ["M"], "at_reaching": stop["total"]}
    elif kind in ("pmf", "moments") and stop:
        obs.update(weights={"M": 1}, at_reaching=stop["total"])
    if stop:
        obs["variant"] = f"N={stop['total']}"
    if event.get("cond") == "M>0 | W>0":
        obs["event"] = {"nonzero": ["M"], "given": {"nonzero": ["W"]}, "time": event["time"]}
    if "rescue" in event:
        obs["event"] = {"nonzero": ["S", "R"], "time": AT_LAST[case["id"]], "instead_of": "t=inf"}
    for key, names in (("total_ge", case["types"]), ("R_ge", ["R"])):
        if key in event:
            obs["event"] = {"at_least": event[key], "of": names}
    for key in ("first_passage", "first_passage_total"):
        if key in event:
            obs["event"] = {"reach": event[key]}
    if obs["name"] == "P(ever reach M before extinction)":
        obs["event"] = {"reach": case["process"]["M"]}
    if case["id"] == "D02":
        obs["event"] = {"nonzero": ["M"], "at_reaching": obs["params"]["M"]}
        obs["variant"] = obs["name"]
    if "init" in obs:
        obs["variant"] = "N0=%d R0=%d" % (obs["init"]["S"], obs["init"]["R"])
    if case["id"] == "I01":
        obs["time"] = case["process"]["t"]


def lines(value, depth=0):
    """JSON with a line per entry at the top, per observable and per event; numbers of an array on one line."""
    pad = " " * (depth + 1)
    if isinstance(value, dict) and depth < 2:
        body = [pad + json.dumps(key) + ": " + lines(item, depth + 1) for key, item in value.items()]
        return "{\n" + ",\n".join(body) + "\n" + pad[:-1] + "}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(pad + json.dumps(item) for item in value) + "\n" + pad[:-1] + "]"
    return json.dumps(value)


def write(target, name, out):
    with open(os.path.join(target, name), "w") as file:
        file.write(lines(out) + "\n")


def extract(folder, name, target):
    with open(os.path.join(folder, "open", name)) as file:
        case = json.load(file)
    if case["id"] == "D02":
        case["process"] = {"form": "birth-death from one cell until it has M cells; each observable has its own params"}
    case["types"] = types(case)
    case["traits"] = traits(case["types"])
    case["observables"] = [trimmed(case, obs) for obs in case["observables"]]
    out = {"origin": f"shared/theory/open/{name}, by tests/theory/extract.py"}
    out.update((key, case[key]) for key in KEPT if key in case)
    write(target, name, out)


def table(folder, name):
    """Provenance, then the columns of a published case; the start is known and not tested."""
    with open(os.path.join(folder, "dsmts", f"dsmts-{name}.csv")) as file:
        provenance = file.readline().lstrip("# ").strip()
        rows = [row for row in csv.DictReader(file) if float(row["time"]) > 0]
    return provenance, {key: [float(row[key]) for row in rows] for key in rows[0]}


def series(columns, name, weight):
    exact = {key: columns[f"{name}_exact_{key}"] for key in ("mean", "sd", "mu4")}
    published = {f"published_{key}": columns[f"{name}_{key}"] for key in ("mean", "sd")}
    head = {"kind": "series", "name": name, "weights": {"X": weight}, "times": columns["time"]}
    return {**head, **exact, **published}


def extract_dsmts(folder, name, same, target):
    with open(os.path.join(folder, "dsmts", "index.json")) as file:
        entry = next(entry for entry in json.load(file) if entry["case"] == name)
    provenance, columns = table(folder, name)
    for other in same:
        twin = table(folder, other)[1]
        for key in ("X_exact_mean", "X_exact_sd", "X_exact_mu4"):
            assert twin[key] == columns[key], (name, other, key)
    weights = {"X": 1, "y": 2}
    observables = [series(columns, key, weights[key]) for key in entry["columns"] if f"{key}_exact_mean" in columns]
    out = {
        "origin": f"shared/theory/dsmts/dsmts-{name}.csv, by tests/theory/extract.py",
        "id": f"dsmts-{name}",
        "title": f"Discrete Stochastic Models Test Suite {name}" + (f": {entry['note']}" if entry["note"] else ""),
        "sources": [re.sub(r"; LGPL.*", "; LGPL", provenance),
                    "Evans TW, Gillespie CS, Wilkinson DJ (2008) Bioinformatics 24:285-286"],
        "notes": "same model, same numbers: " + (", ".join(same) or "none"),
        "types": ["X"],
        "traits": [""],
        "model": {"types": ["X"], "events": entry["events"], "initial": entry["initial"]},
        "observables": observables,
    }
    write(target, f"dsmts-{name}.json", out)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    here = os.path.dirname(os.path.abspath(__file__))
    for case_id in CASES:
        extract(sys.argv[1], case_id + ".json", here)
    for case_id, twins in DSMTS.items():
        extract_dsmts(sys.argv[1], case_id, [case_id[:4] + twin for twin in twins.split()], here)
