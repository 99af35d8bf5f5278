# shellcheck shell=bash
# What every script shares: where the project is, how it speaks, how a phase runs.
# Source it with `set -euo pipefail` already on.

ECM_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
ECM_LOGS=${ECM_LOGS:-$ECM_ROOT/build/logs}
cd "$ECM_ROOT"
mkdir -p "$ECM_LOGS"

# Tools must read and write the same everywhere, and never wait for an answer.
export LC_ALL=C.UTF-8

# ccache finds the objects of another clone of the same sources.
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$ECM_ROOT} CCACHE_NOHASHDIR=1

say() { printf '%s\n' "$*"; }

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# The lines of a script between its first line and the first line that is no comment.
usage() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"; }

_now_ms() {
  local now=${EPOCHREALTIME/[.,]/}
  printf '%s' "${now%???}"
}

# phase NAME "what it does" COMMAND...
# Runs COMMAND quietly with its output in build/logs/NAME.log. Prints one line with the time it
# took; a failure shows the end of the log and where the rest is, and returns COMMAND's status.
# ECM_VERBOSE=1 shows everything as it comes.
phase() {
  local name=$1 title=$2 status=0 start end log=$ECM_LOGS/$1.log
  shift 2
  printf '==> %s\n' "$title"
  start=$(_now_ms)
  if [[ -n ${ECM_VERBOSE:-} ]]; then
    "$@" </dev/null 2>&1 | tee "$log" || status=$?
  else
    "$@" </dev/null >"$log" 2>&1 || status=$?
  fi
  end=$(_now_ms)
  if ((status == 0)); then
    printf '    %s: done in %d.%01d s\n' "$name" $(((end - start) / 1000)) $(((end - start) % 1000 / 100))
    return 0
  fi
  if [[ -z ${ECM_VERBOSE:-} ]]; then
    printf -- '--- the end of %s\n' "$log" >&2
    tail -n 60 "$log" >&2
  fi
  printf '%s failed with status %d after %d s; everything it said is in %s\n' \
    "$name" "$status" $(((end - start) / 1000)) "$log" >&2
  return "$status"
}

# Compilers at once: one for each core, but no more than memory carries at about 1 GB each.
build_jobs() {
  local cores memory_gb
  cores=$(nproc)
  memory_gb=$(awk '/^MemAvailable:/ {print int($2 / 1048576)}' /proc/meminfo)
  ((memory_gb < 1)) && memory_gb=1
  printf '%d' $((cores < memory_gb ? cores : memory_gb))
}

# Two scripts at once must not configure, build or install into the same folder.
# The lock is held on descriptor 9 until unlock_setup or the end of the script.
lock_setup() {
  mkdir -p "$ECM_ROOT/build"
  exec 9>"$ECM_ROOT/build/.setup.lock"
  if ! flock --nonblock 9; then
    say "==> waiting for another script that sets up or builds this clone"
    flock 9
  fi
}

unlock_setup() { exec 9>&-; }
