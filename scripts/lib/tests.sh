# shellcheck shell=bash
# Running suites and counting what they found. Each suite leaves a JUnit file in build/logs/junit;
# the closing line is the sum of these files, so that it cannot say more than was really run.

ECM_JUNIT=${ECM_JUNIT:-$ECM_LOGS/junit}

forget_results() {
  rm -rf "$ECM_JUNIT"
  mkdir -p "$ECM_JUNIT"
}

# run_ctest PRESET [ARGUMENT...]
run_ctest() {
  local preset=$1
  shift
  phase "ctest-$preset" "running the C++ tests ($preset)" \
    ctest --preset "$preset" --parallel "$(nproc)" --output-junit "$ECM_JUNIT/ctest-$preset.xml" "$@"
}

# run_pytest NAME ARGUMENT... A suite that hangs is ended after 40 minutes and has failed.
run_pytest() {
  local name=$1
  shift
  phase "pytest-$name" "running the Python tests ($name)" \
    timeout --foreground --kill-after=30 2400 .venv-test/bin/python -m pytest -p no:cacheprovider --junitxml "$ECM_JUNIT/pytest-$name.xml" \
    -o junit_logging=no -ra "$@"
}

# closing_line prints `N passed, N failed` for all suites since forget_results. It fails if a test
# failed or was skipped, if a suite's file cannot be read, or if nothing ran.
closing_line() { "$(system_python)" scripts/lib/tally.py "$ECM_JUNIT"; }
