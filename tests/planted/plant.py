#!/usr/bin/env python3
"""Plants the bugs of `bugs.toml`, one at a time, in a copy of the tree, and says which test catches each.

    python3 tests/planted/plant.py [--only NAME]... [--all-tests] [--timeout SECONDS] [--skip-base]

The copy holds what git knows of the working tree, changed or not, and what it does not ignore. First the commands of
`caught_by` must pass there without any bug, and each must run at least one test: else nothing would be shown by
their failing. A hang counts as caught and is named so. Ends with 0 if all but `MAY_BE_MISSED` bugs are caught.
"""

import argparse
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
# A place that stays the same, so that a second run need not compile the dependencies and the tests again.
COPY = TARGET / "planted"
# Its own: cargo takes the copy for the package itself, so that a build beside it would take the place of what is tested.
BUILT = TARGET / "planted-build"
MAY_BE_MISSED = 2


def copy_tree():
    shutil.rmtree(COPY, ignore_errors=True)
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in filter(None, subprocess.run(listed, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.split("\0")):
        if (ROOT / name).is_file():
            (COPY / name).parent.mkdir(parents=True, exist_ok=True)
            # The copy's times are those of copying: cargo must not take what an earlier run built for this.
            shutil.copyfile(ROOT / name, COPY / name)


def cargo(arguments, seconds):
    """Runs `cargo test`; gives (exit code or none if it hung, output)."""
    command = ["cargo", "test", "--color", "never", *shlex.split(arguments)]
    environment = {**os.environ, "CARGO_TARGET_DIR": str(BUILT), "RUST_BACKTRACE": "0"}
    process = subprocess.Popen(command, cwd=COPY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, errors="replace", start_new_session=True)
    try:
        output, _ = process.communicate(timeout=seconds)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # Only what this call started: it leads a group of its own.
        return None, process.communicate()[0]


def compile_first(arguments, seconds):
    """Compiles, so that a timeout is one of the tests; gives the errors of an invalid patch, if there are any."""
    kinds = shlex.split(arguments)
    if "--" in kinds:
        kinds = kinds[:kinds.index("--")]
    # Everything but the filter, which comes last and has no dash.
    while kinds and not kinds[-1].startswith("-") and not (len(kinds) > 1 and kinds[-2] == "--test"):
        kinds.pop()
    code, output = cargo(" ".join(["--no-run", *kinds]), seconds)
    return "" if code == 0 else output


def verdict(arguments, seconds):
    """(what happened, whether the bug was caught, whether the patch is valid)."""
    if errors := compile_first(arguments, 1800):
        first = re.search(r"^error.*(?:\n.*){0,6}", errors, re.M)
        return "does not compile: " + (first.group(0) if first else errors[-500:]), False, False
    code, output = cargo(arguments, seconds)
    if code is None:
        unfinished = re.search(r"^test (\S+) has been running", output, re.M)
        return f"a hang{' in ' + unfinished.group(1) if unfinished else ''} (stopped after {seconds} s)", True, True
    if code == 0:
        return "MISSED", False, True
    failed = re.search(r"^test (.+?) (?:- should panic )?\.\.\. FAILED", output, re.M)
    return (failed.group(1) if failed else "an abort of the test program"), True, True


def base_passes(commands, seconds):
    fine = True
    for arguments in commands:
        begun = time.monotonic()
        code, output = cargo(arguments, 1800 + seconds)
        ran = sum(map(int, re.findall(r"^test result: ok\. (\d+) passed", output, re.M)))
        if code != 0 or ran == 0:
            fine = False
            failed = re.findall(r"^test (.+?) \.\.\. FAILED", output, re.M)
            print(f"without a bug: cargo test {arguments}: {'no test' if code == 0 else failed or output[-2000:]}", flush=True)
        else:
            print(f"without a bug: cargo test {arguments}: {ran} passed, {time.monotonic() - begun:.0f} s", flush=True)
    return fine


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", metavar="NAME", help="plant this bug only; may be repeated")
    parser.add_argument("--all-tests", action="store_true", help="run the whole suite where a bug's own test misses it")
    parser.add_argument("--timeout", type=int, default=120, metavar="SECONDS", help="a test that takes longer hangs")
    parser.add_argument("--skip-base", action="store_true", help="do not run the tests without a bug first")
    options = parser.parse_args()

    bugs = tomllib.loads((HERE / "bugs.toml").read_text())["bug"]
    names = [bug["name"] for bug in bugs]
    if unknown := set(options.only or []) - set(names):
        sys.exit(f"no bug called {', '.join(sorted(unknown))}")
    if len(set(names)) != len(names):
        sys.exit("two bugs have one name")
    for bug in bugs:
        found = (ROOT / bug["file"]).read_text().count(bug["old"])
        if found != 1 or bug["old"] == bug["new"]:
            sys.exit(f"{bug['name']}: `old` occurs {found} times in {bug['file']}, not once, or is `new`")
    chosen = [bug for bug in bugs if not options.only or bug["name"] in options.only]

    copy_tree()
    if not options.skip_base and not base_passes(dict.fromkeys(bug["caught_by"] for bug in chosen), options.timeout):
        sys.exit("the tests must pass without a bug, or they show nothing")
    rows, caught, valid = [], 0, True
    for bug in chosen:
        begun = time.monotonic()
        place = COPY / bug["file"]
        text = place.read_text()
        place.write_text(text.replace(bug["old"], bug["new"]))
        arguments = bug["caught_by"]
        what, is_caught, is_valid = verdict(arguments, options.timeout)
        if is_valid and not is_caught and options.all_tests:
            arguments = ""
            what, is_caught, is_valid = verdict(arguments, 3600)
        place.write_text(text)
        caught, valid = caught + is_caught, valid and is_valid
        says = f"caught by {what}" if is_caught else what
        print(f"{bug['name']}: {says} ({time.monotonic() - begun:.0f} s)", flush=True)
        rows.append((bug["name"], bug["file"].removeprefix("src/"), what, f"cargo test {arguments}".strip()))
    shutil.rmtree(COPY)

    print("\n| bug | in | caught by | command |\n| --- | --- | --- | --- |")
    for row in rows:
        print("| " + " | ".join(cell.splitlines()[0].replace("|", "\\|") for cell in row) + " |")
    print(f"\n{caught} of {len(chosen)} caught")
    if not valid or caught < len(chosen) - MAY_BE_MISSED:
        sys.exit(1)


if __name__ == "__main__":
    main()
