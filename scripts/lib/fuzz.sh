# shellcheck shell=bash
# Running the fuzz targets of fuzz/.

# All of them, by name.
fuzz_targets() { find fuzz -maxdepth 1 -name '*.cc' ! -name json_mutator.cc -printf '%f\n' | sed 's/\.cc$//' | sort; }

# _fuzz TARGET ARGUMENT...: runs one target; a finding is shown with the command that repeats it.
_fuzz() {
  local target=$1 status=0 found=build/fuzz/found/$1 program=build/dev/bin/fuzz/$1 input
  shift
  mkdir -p "$found"
  local -a before
  mapfile -t before < <(find "$found" -type f)
  # The symbols come from addr2line, which every compiler brings along.
  ASAN_OPTIONS=allow_addr2line=1:${ASAN_OPTIONS:-} "$program" -artifact_prefix="$found/" \
    -timeout=300 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=1 "$@" || status=$?
  ((status != 0)) || return 0
  while IFS= read -r input; do
    [[ " ${before[*]} " == *" $input "* ]] && continue
    say "$target does not stand this input: $input"
    say "again: ASAN_OPTIONS=allow_addr2line=1 $program $input"
  done < <(find "$found" -type f)
  return "$status"
}

# fuzz_runs RUNS SEED TARGET: the committed inputs, then RUNS changed ones, always the same for the
# same seed: nothing of earlier runs is used, and nothing is kept but findings.
fuzz_runs() {
  local kept status=0
  kept=$(mktemp -d)  # libFuzzer writes what it likes into the first folder
  _fuzz "$3" -runs="$1" -seed="$2" "$kept" "fuzz/corpus/$3" || status=$?
  rm -rf "$kept"
  return "$status"
}

# fuzz_seconds SECONDS SEED TARGET: goes on from all that was found interesting before.
fuzz_seconds() {
  local kept=build/fuzz/corpus/$3
  mkdir -p "$kept"
  _fuzz "$3" -max_total_time="$1" -seed="$2" "$kept" "fuzz/corpus/$3"
}

# fuzz_each COMMAND ARGUMENT ARGUMENT TARGET...: COMMAND for each target, as many at once as there
# are cores; shows the output of those that fail.
fuzz_each() {
  local command=$1 first=$2 second=$3 failed=0 target pid
  shift 3
  local -A jobs=()
  for target in "$@"; do
    while (($(jobs -rp | wc -l) >= $(nproc))); do wait -n || true; done
    "$command" "$first" "$second" "$target" >"$ECM_LOGS/fuzz-$target.log" 2>&1 &
    jobs[$target]=$!
  done
  for target in "${!jobs[@]}"; do
    pid=${jobs[$target]}
    if wait "$pid"; then continue; fi
    tail -n 60 "$ECM_LOGS/fuzz-$target.log"
    failed=1
  done
  return "$failed"
}
