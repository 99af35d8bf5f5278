# shellcheck shell=bash
# Virtual environments of the project's own.

# Debian's Python, not one that happens to come first on PATH: a virtual environment belongs to
# the interpreter that made it.
system_python() {
  if [[ -x /usr/bin/python3 ]]; then printf /usr/bin/python3; else command -v python3; fi
}

_make_venv() {
  local venv=$1 file
  local -a requirements=()
  shift
  for file in "$@"; do requirements+=(--requirement "$file"); done
  "$(system_python)" -m venv --clear "$venv" || return
  "$venv/bin/python" -m pip --no-input --disable-pip-version-check install \
    --no-warn-script-location "${requirements[@]}"
}

# ensure_venv FOLDER REQUIREMENTS_FILE...
# Makes the environment, or makes it again when a requirement, the interpreter or the place of the
# clone has changed (the programs in it begin with absolute paths).
ensure_venv() {
  local venv=$ECM_ROOT/$1 stamp want
  shift
  stamp=$venv/.complete
  want=$({
    printf '%s\n' "$venv"
    "$(system_python)" --version
    cat "$@"
  } | sha256sum)
  if [[ -f $stamp && $(<"$stamp") == "$want" && -x $venv/bin/python ]]; then return 0; fi
  rm -f "$stamp"
  phase "venv${venv##*/.venv}" "installing the Python packages of $* into ${venv#"$ECM_ROOT"/}" \
    _make_venv "$venv" "$@" || return
  printf '%s\n' "$want" >"$stamp"
}

# What a job needs: PySpark, pinned.
ensure_spark_venv() { ensure_venv .venv python/requirements.txt; }

# What the tests need. Apart from .venv, so that no test package can change what a job sees.
ensure_test_venv() {
  local -a files
  mapfile -t files < <(find tests -path tests/e2e -prune -o -name 'requirements*.txt' -print | sort)
  ensure_venv .venv-test "${files[@]}"
}

# What slow tests run as programs, each with the packages that it wants.
ensure_client_venvs() {
  ensure_venv .venv-awscli tests/e2e/awscli/requirements.txt || return
  ensure_venv .venv-airflow tests/e2e/airflow/requirements.txt || return
  ensure_venv .venv-checkov tests/e2e/checkov/requirements.txt
}

# What deploys: AWS's SDK, and Node.js for osls.
ensure_deploy_venv() { ensure_venv .venv-deploy deploy/requirements.txt; }
