# shellcheck shell=bash
# An empty Debian root in $ECM_CHROOT: making it, entering it, leaving it without a trace.

_times=()

# timed_phase NAME TITLE COMMAND...: a phase that report_times lists. A failure ends the script.
timed_phase() {
  local start=$SECONDS
  phase "$@" || die "$2: failed"
  _times+=("$(printf '%-12s %4d s' "$1" $((SECONDS - start)))")
}

report_times() { printf '%s\n' "${_times[@]}"; }

# The first Debian archive of this machine's apt sources, in either format.
_archive() {
  awk '
    /^URIs:/ {print $2; exit}
    /^deb / {for (i = 2; i <= NF; i++) if ($i ~ /^[a-z]+:\/\//) {print $i; exit}}
  ' $(find /etc/apt/sources.list.d -name 'debian*.sources' 2>/dev/null) \
    $(find /etc/apt/sources.list -type f 2>/dev/null)
}

make_root() {
  local archive
  archive=$(_archive)
  [[ -n $archive ]] || die "found no Debian archive in /etc/apt"
  debootstrap --variant=minbase bookworm "$ECM_CHROOT" "$archive"
}

_copy_in() {
  local path
  for path in "$@"; do
    [[ -e $path ]] || continue
    mkdir -p "$ECM_CHROOT$(dirname "$path")"
    cp -aL "$path" "$ECM_CHROOT$(dirname "$path")/"
  done
}

# Only settings of package clients and trust roots, nothing that would make the build easier.
take_over_machine() {
  rm -f "$ECM_CHROOT/etc/apt/sources.list"
  _copy_in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/npmrc /usr/local/share/ca-certificates \
    /etc/apt/sources.list "$HOME/.config/pip/pip.conf" "$HOME/.npmrc" "$HOME/.m2/settings.xml"
  find /etc/apt/sources.list.d -name 'debian*' -print0 |
    while IFS= read -r -d '' path; do _copy_in "$path"; done
  find /etc/apt/apt.conf.d /etc/apt/auth.conf.d -type f ! -name 'docker-*' -print0 2>/dev/null |
    xargs -0r grep -lZE 'Acquire|machine' |
    while IFS= read -r -d '' path; do _copy_in "$path"; done
}

mount_chroot() {
  local name
  mkdir -p "$ECM_CHROOT/proc" "$ECM_CHROOT/dev" "$ECM_CHROOT/dev/shm"
  mount -t proc proc "$ECM_CHROOT/proc"
  mount -t tmpfs -o mode=755,size=1m tmpfs "$ECM_CHROOT/dev"
  for name in null zero full random urandom tty; do
    cp -a "/dev/$name" "$ECM_CHROOT/dev/$name"
  done
  ln -s /proc/self/fd "$ECM_CHROOT/dev/fd"
  ln -s /proc/self/fd/0 "$ECM_CHROOT/dev/stdin"
  ln -s /proc/self/fd/1 "$ECM_CHROOT/dev/stdout"
  ln -s /proc/self/fd/2 "$ECM_CHROOT/dev/stderr"
  mkdir -p "$ECM_CHROOT/dev/shm" "$ECM_CHROOT/dev/pts"
  mount -t tmpfs -o mode=1777 tmpfs "$ECM_CHROOT/dev/shm"
}

# Ends the processes whose root is the folder, by id, then unmounts. Says so if it cannot.
leave_chroot() {
  local entry root mounted
  root=$(readlink -f "$ECM_CHROOT")
  for entry in /proc/[0-9]*; do
    if [[ $(readlink "$entry/root" 2>/dev/null) == "$root" ]]; then
      kill -KILL "${entry#/proc/}" 2>/dev/null || true
    fi
  done
  for mounted in dev/shm dev proc; do
    if mountpoint -q "$root/$mounted"; then
      umount "$root/$mounted" || umount --lazy "$root/$mounted" || say "still mounted: $root/$mounted"
    fi
  done
}

# in_chroot FOLDER COMMAND...: with a clean environment but for the settings of package clients.
in_chroot() {
  local where=$1 name
  local -a kept=()
  shift
  while IFS= read -r name; do kept+=("$name=${!name}"); done < <(
    compgen -e | grep -iE '^(https?|no|all)_proxy$|^(PIP|NPM_CONFIG)_(INDEX_URL|EXTRA_INDEX_URL|REGISTRY|DEFAULT_TIMEOUT)$' || true
  )
  env -i "${kept[@]}" HOME=/root TERM=dumb LANG=C.UTF-8 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    chroot "$ECM_CHROOT" sh -c 'cd "$0" && exec "$@"' "$where" "$@"
}

in_clone() { in_chroot /clone "$@"; }

# The history as it is committed here: what lies about in the working folder does not come along.
clone_head() {
  local bundle=$ECM_CHROOT/head.bundle
  git bundle create "$bundle" HEAD
  in_chroot / git clone --quiet /head.bundle /clone
  rm -f "$bundle"
}
