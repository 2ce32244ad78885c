"""Makes docs/validation.md from what `clonetide verify --json` says of a program.

    python3 docs/make/validation.py target/release/clonetide > docs/validation.md
"""

import json
import subprocess
import sys

HEAD = """# Validation

<!-- Made by `just validation`; tests/book.rs holds the promises against those of the program. -->

`clonetide verify` checks the program that you have against theory, in a minute or two; `--json` says the same to programs. This page is what it
said of version {version}: {kept} of {count} promises kept. A program that is right fails with probability {alarm:.2f} %.

Cases with a letter and two digits are those of `tests/theory/`, whose exact numbers come from generating functions, master equations and closed
forms that share no code with the program (`tests/theory/README.md`): A birth and death, B rates that change in time (on and off, concentrations
through Emax-Hill curves), C mutants (Luria-Delbrück), D resistance at detection, E two steps to resistance, F rescue, G switching, H immigration and
crowding, I clones and their spectra, J first passage, K networks, S samplers; `dsmts` is the public suite of Evans, Gillespie & Wilkinson 2008.
`cargo test` and `just verify-full` run more of them, with up to 1e6 replicates.

p is that of the worst test of a promise times the number of its tests; below the false-alarm rate the promise is broken.

| promise | tests | statistic | n | p | false-alarm rate | verdict |
| --- | --- | --- | --- | --- | --- | --- |
"""

FOOT = """
The convergence of the engine's error with its step, and its speed, are in [engines](engines.md); what the intervals of a cohort are worth in
[cohorts](cohorts.md#what-the-intervals-are-worth); bugs that were planted to see the tests fail in `tests/planted/README.md`.
"""


def number(value, form):
    return "-" if value is None else format(value, form)


def main() -> None:
    done = subprocess.run([sys.argv[1], "verify", "--json", "--quiet"], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    promises = told["promises"]
    kept = sum(promise["kept"] for promise in promises)
    print(HEAD.format(version=told["version"], kept=kept, count=len(promises), alarm=100 * told["false_alarm_rate"]), end="")
    for promise in promises:
        cells = [
            promise["promise"],
            promise["tests"],
            number(promise["statistic"], ".3f"),
            promise["n"],
            number(promise["p"], ".2g"),
            number(promise["false_alarm_rate"] or None, ".2g"),
            "kept" if promise["kept"] else "**broken**",
        ]
        print("| " + " | ".join(str(cell) for cell in cells) + " |")
    print(FOOT, end="")


main()
