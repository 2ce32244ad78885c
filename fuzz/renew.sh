#!/usr/bin/env bash
# Makes what the corpus holds of the program's own formats anew: fuzz/renew.sh CLONETIDE
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/corpus"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tables='record.tables=["events"]'

cp ../../tests/mistakes/base.toml scenario/base.toml
cp ../../scenarios/{birth-death,dara-rechallenge,efflux,psmb5,review-story,adaptive,drd-against-rd,reacting-plans}.toml scenario/
mkdir -p catalogue patients
cp ../../tests/mistakes/files/lab.toml catalogue/lab.toml
cp ../../tests/mistakes/files/patients.csv patients/patients.csv
cp ../../tests/mistakes/files/points.csv points/units.csv

"$program" run scenario/small.toml --out "$work/run" --shard 1/2 --set "$tables" --quiet
"$program" sweep scenario/small.toml --out "$work/sweep" --shard 2/2 --keep events,patients --quiet
cp "$work"/run/shard-*/journal.clonetide journal/run.journal
cp "$work"/sweep/shard-*/journal.clonetide journal/sweep.journal
"$program" run scenario/small.toml --out "$work/whole" --set "$tables" --quiet > /dev/null
"$program" sweep scenario/small.toml --out "$work/points" --keep events,patients --quiet > /dev/null
cp "$work/whole/manifest.json" manifest/run.json
cp "$work/points/manifest.json" manifest/sweep.json
cp "$work/points/sweep.csv" points/sweep.csv
