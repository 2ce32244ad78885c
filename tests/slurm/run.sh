#!/usr/bin/env bash
# A Slurm cluster of two nodes on this machine: a sweep as an array and by Snakemake, with a task killed and one put
# back midway, joined and compared byte for byte with the whole. As root on Debian; it installs what is missing, and
# stops what it started. Usage: tests/slurm/run.sh [PROGRAM], by `just test-slurm`.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
program=$(realpath "${1:-$top/target/release/clonetide}")
desk=$(mktemp -d)
pids=()
ours=no

step() { printf '%s  %s\n' "$(date +%H:%M:%S.%1N)" "$*"; }

stop() {
    code=$?
    set +e
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; done
    sleep 1
    for pid in "${pids[@]}"; do kill -9 "$pid" 2>/dev/null; done
    [ "$ours" = yes ] && rm -f /etc/slurm/slurm.conf
    if [ "$code" -eq 0 ]; then rm -rf "$desk"; else echo "failed; see $desk"; fi
    step "stopped what was started"
    exit "$code"
}
trap stop EXIT

# Waits up to $1 seconds until the rest succeeds.
until_true() {
    local end=$((SECONDS + $1)); shift
    until "$@"; do [ "$SECONDS" -lt "$end" ] || { echo "waited too long for: $*"; return 1; }; sleep 0.1; done
}

step "installing what is missing"
if ! command -v slurmctld >/dev/null || ! command -v munged >/dev/null; then
    apt-get -qq -o DPkg::Lock::Timeout=400 update
    apt-get -qq -o DPkg::Lock::Timeout=400 install -y --no-install-recommends \
        slurm-wlm slurmd slurmctld slurm-client munge >"$desk/apt.log"
fi
[ -e /etc/slurm/slurm.conf ] && { echo "/etc/slurm/slurm.conf is there: a cluster of yours?"; exit 1; }
venv=${CLONETIDE_SNAKEMAKE:-$desk/venv}
[ -x "$venv/bin/snakemake" ] || {
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q snakemake snakemake-executor-plugin-slurm
}

step "starting munge, slurmctld and two slurmd on loopback"
install -d -o munge -g munge -m 755 /run/munge
setpriv --reuid=munge --regid=munge --clear-groups munged --foreground --socket=/run/munge/munge.socket.2 2>"$desk/munge.log" &
pids+=($!)
host=$(hostname -s)
mkdir -p "$desk"/{state,spool,log} /etc/slurm
cat >/etc/slurm/slurm.conf <<CONF
ClusterName=clonetide
SlurmctldHost=$host(127.0.0.1)
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=/run/munge/munge.socket.2
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MailProg=/bin/true
SchedulerParameters=sched_interval=5
StateSaveLocation=$desk/state
SlurmdSpoolDir=$desk/spool/%n
SlurmctldPidFile=$desk/slurmctld.pid
SlurmdPidFile=$desk/slurmd-%n.pid
SlurmctldLogFile=$desk/log/slurmctld.log
SlurmdLogFile=$desk/log/%n.log
SlurmctldPort=16817
ReturnToService=2
KillWait=5
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=16818 CPUs=1 RealMemory=4000
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=16819 CPUs=1 RealMemory=4000
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
CONF
ours=yes
mkdir -p "$desk/spool/n1" "$desk/spool/n2"
until_true 10 test -S /run/munge/munge.socket.2
slurmctld -D >"$desk/log/slurmctld.out" 2>&1 & pids+=($!)
slurmd -D -N n1 >"$desk/log/n1.out" 2>&1 & pids+=($!)
slurmd -D -N n2 >"$desk/log/n2.out" 2>&1 & pids+=($!)
idle() { [ "$(sinfo -h -t idle -o %D 2>/dev/null)" = 2 ]; }
until_true 30 idle
step "two nodes are idle: $(sinfo -h -o '%N %T')"

cd "$desk"
cp "$top/scenarios/review-story.toml" story.toml
options=(--vary 'disease.death=0.025..0.035:4 /d' --patients "${CLONETIDE_PATIENTS:-120}" --keep patients)
export SOURCE_DATE_EPOCH=0
step "the whole sweep on this machine, two threads"
"$program" sweep story.toml "${options[@]}" --out whole --threads 2 --quiet
step "$(wc -l <whole/patients.csv) rows of patients.csv"

compare() {
    for file in sweep.csv patients.csv manifest.json ro-crate-metadata.json; do cmp "whole/$file" "$1/$file"; done
    step "every file is the same as that of the whole: $1"
}

step "the sweep as an array of 4 tasks"
"$program" slurm story.toml --shards 4 --out array --program "$program" --partition main --mem 100M -- "${options[@]}" >job.sbatch
job=$(sbatch --parsable job.sbatch)
# Task 1 is killed and fails; task 2 is put back in the queue by the administrator's command.
begun() { [ "$(stat -c %s "array/shard-$1-of-4/journal.clonetide" 2>/dev/null || echo 0)" -gt 25000 ]; }
until_true 60 begun 1
until_true 60 begun 2
victim=$(pgrep -f "^$program sweep story.toml .*--shard slurm" | while read -r pid; do
    tr '\0' '\n' <"/proc/$pid/environ" | grep -qx SLURM_ARRAY_TASK_ID=1 && echo "$pid"; done)
kill -9 "$victim"
step "killed task 1 (process $victim)"
scontrol requeue "${job}_2"
step "put task 2 back into the queue: it gets TERM and comes back later"
ended() { [ -z "$(squeue -h -j "$1" 2>/dev/null)" ]; }
failed() { grep -q "JobId=${job}_1" "$desk/log/slurmctld.log"; }
until_true 20 failed
if "$program" merge array --out array-early --quiet 2>early.txt; then echo "merged too early"; exit 1; fi
step "merge refuses what is not whole: $(head -c 150 early.txt)"
until_true 400 ended "$job"
step "the array has ended; task 1 has failed"
again=$(sbatch --parsable job.sbatch)
until_true 120 ended "$again"
step "the same script again: $(cat ./*_1.log | grep -c 'are there already') time(s) task 1 found what it had done"
"$program" merge array --out array --quiet
compare array
grep -h 'are there already' ./*.log | sort | uniq -c | while read -r line; do step "  log: $line"; done

for profile in local slurm; do
    step "by Snakemake with the profile $profile"
    more=()
    # Polling by squeue, since this cluster keeps no accounts.
    [ "$profile" = slurm ] && more=(--slurm-no-account --slurm-status-command squeue
        --slurm-init-seconds-before-status-checks 5 --latency-wait 10)
    PATH="$venv/bin:$PATH" timeout -k 10 500 "$venv/bin/snakemake" --snakefile "$top/workflows/Snakefile" \
        --profile "$top/workflows/profiles/$profile" "${more[@]}" --config scenario=story.toml command=sweep shards=4 \
        out="snake-$profile" program="$program" \
        options="--vary 'disease.death=0.025..0.035:4 /d' --patients ${CLONETIDE_PATIENTS:-120} --keep patients" \
        >"snake-$profile.log" 2>&1 || { tail -40 "snake-$profile.log"; exit 1; }
    compare "snake-$profile"
done
step "done"
