# shellcheck shell=bash
# Configuring and building a preset of CMakePresets.json. Each step says `|| return` itself: bash
# forgets `set -e` inside a function whose status somebody looks at.

# A clone in another folder finds in ccache what this one has compiled.
export CCACHE_BASEDIR=$ECM_ROOT CCACHE_NOHASHDIR=1

# configure PRESET. Ninja runs CMake again when a CMakeLists.txt changes, but knows nothing of the
# presets and of modules that came or went: those are in the stamp.
configure() {
  local preset=$1 stamp=build/$1/.configured want
  want=$({
    cat CMakePresets.json
    find . -path ./build -prune -o -name CMakeLists.txt -print | sort
  } | sha256sum)
  if [[ -f build/$preset/build.ninja && -f $stamp && $(<"$stamp") == "$want" ]]; then return 0; fi
  phase "configure-$preset" "configuring the $preset build" cmake --preset "$preset" ||
    return
  printf '%s\n' "$want" >"$stamp"
}

_out_of_date() { [[ $(ninja -n -C "build/$1" "${@:2}" 2>&1) != *'no work to do'* ]]; }

# build PRESET [TARGET...]; says nothing when there is nothing to do.
build() {
  local preset=$1
  shift
  configure "$preset" || return
  _out_of_date "$preset" "$@" || return 0
  phase "build-$preset" "building ${*:-everything} ($preset, $(build_jobs) at once)" \
    ninja -C "build/$preset" -j "$(build_jobs)" "$@"
}
