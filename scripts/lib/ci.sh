# shellcheck shell=bash
# The phases of .ci/run. Each leaves JUnit files in $ECM_JUNIT, so that the closing line of the
# whole is counted in the same way as that of one suite.

# How many simulated worlds a change must survive, always the same ones.
ECM_SIM_SAMPLE=6000

# How many made-up inputs each fuzz target must stand, always the same ones.
ECM_FUZZ_SAMPLE=1000

_ci_names=()
_ci_times=()

# Shows a phase's lines as they come, but not its closing line: .ci/run has one of its own.
_run_timed() {
  local name=$1 status=0 start=$SECONDS
  shift
  say ""
  say "### $name"
  "$@" 2>&1 | { grep --line-buffered -vE '^[0-9]+ passed, [0-9]+ failed$' || true; } || status=$?
  _ci_names+=("$name")
  _ci_times+=("$((SECONDS - start)) s, $([[ $status == 0 ]] && printf 'passed' || printf 'FAILED')")
  return "$status"
}

# record NAME STATUS: one JUnit test for a phase that has none of its own.
_record() {
  {
    printf '<testsuite name="ci"><testcase classname="ci" name="%s">' "$1"
    [[ $2 == 0 ]] || printf '<failure message="status %s"/>' "$2"
    printf '</testcase></testsuite>\n'
  } >"$ECM_JUNIT/phase-$1.xml"
}

# ci_check NAME COMMAND...: a phase that counts as one test.
ci_check() {
  local status=0
  _run_timed "$@" || status=$?
  _record "$1" "$status"
}

# ci_suite NAME COMMAND...: a phase whose own JUnit files count. It also counts as one failure if
# it failed without leaving any (a build that did not compile has no tests to show).
ci_suite() {
  local name=$1 status=0 own file found=
  own=$ECM_LOGS/ci-$name
  rm -rf "$own"
  mkdir -p "$own"
  shift
  ECM_LOGS=$own _run_timed "$name" "$@" || status=$?
  while IFS= read -r -d '' file; do
    cp "$file" "$ECM_JUNIT/$name-$(basename "$file")"
    found=1
  done < <(find "$own" -name '*.xml' -print0)
  if [[ $status != 0 || -z $found ]]; then _record "$name" "${status/#0/no results}"; fi
}

ci_times() {
  local index
  for index in "${!_ci_names[@]}"; do
    printf '%-12s %s\n' "${_ci_names[$index]}" "${_ci_times[$index]}"
  done
}

sanitizer_tests() {
  ensure_packages run fuzz
  build dev || return
  ECM_JUNIT=$ECM_LOGS/junit
  forget_results
  run_ctest dev
}

simulator_sample() {
  build release sim || return
  local sim=build/release/bin/sim first
  phase simulator "running $ECM_SIM_SAMPLE seeds: every row of the fault catalogue" \
    "$sim" --seeds "$ECM_SIM_SAMPLE" --coverage || return
  phase simulator-twice "running 500 seeds twice: the same bytes" \
    "$sim" --seeds 500 --check-determinism || return
  phase simulator-chosen "running pairs, triples, crashes and combinations of faults" \
    "$sim" --pairs 1 --triples 1000 --crashes 1 --combinations 150 || return
  # Fewer digits than the 64 bits of a seed, so that the last one still is one.
  first=$(od -An -N6 -tu8 /dev/urandom | tr -d ' ')
  phase simulator-fresh "running 2,000 fresh seeds: sim --seeds 2000 --first $first" \
    "$sim" --seeds 2000 --first "$first" || return
  phase simulator-fresh-triples "running 1,000 fresh triples: sim --triples 1000 --first $first" \
    "$sim" --triples 1000 --first "$first" || return
  phase simulator-day "running a day of 1,000 jobs at EMR's quotas, twice" \
    build/release/bin/sim --day --day-jobs 1000 --check-determinism
}

fuzz_sample() { bash scripts/fuzz --runs "$ECM_FUZZ_SAMPLE" --seed 1; }
