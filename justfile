# The usual tasks. `just` lists them.

default:
    @just --list

# Build the program
build:
    cargo build --release

# All tests, as CI runs them
test:
    cargo test

# What must hold before a commit
check:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings
    cargo test

# The review's story for 100 patients
story:
    cargo run --release -- run scenarios/review-story.toml --force

# Time per history, by engine and size, and per draw
bench:
    cargo bench --bench engines --bench draws

# How the error of the leap engine falls with its step: the table of docs/engines.md, some eight minutes
convergence:
    cargo bench --bench convergence -- 1000000

# Random models against mean-field equations (needs numpy and scipy), a minute for 300
search *OPTIONS: build
    python3 tests/search/mean_field.py --binary target/release/clonetide {{OPTIONS}}

# Beside rebop, in one process
peers:
    cargo run --release --manifest-path benches/peers/Cargo.toml 21

# The schema beside the scenarios, after a change of the scenario's keys
schema:
    cargo run --release -- schema > scenarios/scenario.schema.json

# Every case of the theory with up to 1e6 replicates, on all cores: three hours on two (CLONETIDE_REPLICATES bounds them). A
# way alone: `just verify-full the_exact`, `the_leap`, `whole_steps_follow`
verify-full WAY="follow":
    CLONETIDE_VERIFY=full cargo test --release --test theory {{WAY}} -- --nocapture --test-threads=1

# The theory references again, from the folder that holds the originals
theory SOURCE:
    python3 tests/theory/extract.py {{SOURCE}}

# Licences and sources of the dependencies
deny:
    cargo deny check bans licenses sources

# The tables of a run or a sweep as Parquet, next to them: `just parquet output/story`
parquet FOLDER *OPTIONS:
    cargo run --release --quiet --manifest-path parquet/Cargo.toml -- {{FOLDER}} {{OPTIONS}}

# Parquet against CSV: every table, over threads, shards, their order and interruptions; some minutes
test-parquet: build
    cargo test --release --manifest-path parquet/Cargo.toml

# 2,000 kills at any instant, some five minutes
test-crash:
    CLONETIDE_KILLS=2000 cargo test --test resume no_row -- --nocapture

# A Slurm cluster of two nodes on this machine (Debian, as root), some five minutes
test-slurm: build
    tests/slurm/run.sh

# Edits of the corpus to every reader of what comes from outside; the number of inputs for each
fuzz INPUTS="100000":
    cd fuzz && BOLERO_RANDOM_ITERATIONS={{INPUTS}} cargo test -- --nocapture --test-threads=1

# The corpus of the fuzz targets anew from the present program: journals, manifests, the base of the mistakes
fuzz-corpus: build
    fuzz/renew.sh target/release/clonetide

# Plants bugs, one at a time, and says which test catches each: some minutes
planted *OPTIONS:
    python3 tests/planted/plant.py {{OPTIONS}}

# Reports in headless Chromium (Debian's package chromium; node and npm): figures against tables, screenshots in target/browser/shots
test-browser:
    cargo build --release
    cd tests/browser && npm ci --no-audit --no-fund
    node tests/browser/reports.mjs target/release/clonetide target/browser

# Exports in real readers: pymuller, pyfish, lifelines, pandas, polars, Biopython, and R's survival if R is there
test-readers:
    cargo build --release
    python3 -m venv target/readers-venv
    target/readers-venv/bin/pip install --quiet -r tests/readers/requirements.txt
    target/readers-venv/bin/python tests/readers/readers.py target/release/clonetide target/readers

# The tables of docs/catalogue.md, after a change of the catalogue
catalogue:
    python3 -c "p='docs/catalogue.md'; s=open(p).read().split('<!-- tables -->')[0]; import subprocess; open(p,'w').write(s+'<!-- tables -->\n\n'+subprocess.run(['cargo','run','--release','-q','--','catalogue','--markdown'],capture_output=True,text=True,check=True).stdout.rstrip()+'\n')"

# The book into target/book (cargo install mdbook --locked)
book:
    mdbook build docs

# The pages of the book that are made: the keys of a scenario, what verify says (some minutes), the cookbook's figures (with Pillow)
reference:
    cargo run --release -q -- schema --markdown > docs/reference.md

validation: build
    python3 docs/make/validation.py target/release/clonetide > docs/validation.md

cookbook: build
    python3 docs/make/cookbook.py target/release/clonetide
