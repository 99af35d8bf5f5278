# shellcheck shell=bash
# Debian packages: which are needed, which are missing, and how they come.

# packages_of SECTION... prints the packages of these sections of packages/debian.txt.
packages_of() {
  local section
  for section in "$@"; do
    awk -v section="[$section]" '
      { sub(/#.*/, ""); gsub(/[ \t]+/, "") }
      /^\[.*\]$/ { on = ($0 == section); next }
      on && length' "$ECM_ROOT/packages/debian.txt"
  done
}

# missing_packages SECTION... prints those that dpkg does not know as installed.
missing_packages() {
  local -a wanted
  mapfile -t wanted < <(packages_of "$@")
  ((${#wanted[@]} > 0)) || die "packages/debian.txt has no packages for: $*"
  comm -23 <(printf '%s\n' "${wanted[@]}" | sort -u) \
    <(dpkg-query --show --showformat '${Package} ${db:Status-Status}\n' "${wanted[@]}" \
      2>/dev/null | awk '$2 == "installed" {print $1}' | sort -u)
}

_apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update || return
  apt-get install --yes --no-install-recommends "$@"
}

# ensure_packages SECTION... installs what is missing as root; without root it says what to
# install and ends the script. Asks apt nothing when everything is there.
ensure_packages() {
  local -a missing
  if ! command -v dpkg-query >/dev/null; then
    say "==> no dpkg here: taking for granted that what packages/debian.txt names is installed"
    return 0
  fi
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} > 0)) || return 0
  if [[ $(id -u) != 0 ]]; then
    {
      say "Missing Debian packages: ${missing[*]}"
      say "Install them with this command, then run $0 again:"
      say ""
      say "sudo sh -c 'apt-get update && apt-get install --yes --no-install-recommends ${missing[*]}'"
    } >&2
    exit 1
  fi
  phase "packages-$1" "installing ${#missing[@]} Debian packages: ${missing[*]}" \
    _apt_install "${missing[@]}"
}
