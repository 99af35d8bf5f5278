# shellcheck shell=bash
# What scripts/lint looks at, and with what.

# All C++ of the project, ended by NUL: what git tracks and what is new.
cpp_files() {
  git ls-files -z --cached --others --exclude-standard -- '*.cc' '*.h' |
    xargs -0r sh -c 'for file; do [ ! -f "$file" ] || printf "%s\0" "$file"; done' -
}

check_format() { cpp_files | xargs -0r clang-format-19 --dry-run -Werror; }

# The commit that a change is compared with; nothing if there is no earlier one.
lint_base() {
  local base
  if [[ -n ${ECM_LINT_BASE:-} ]]; then
    git rev-parse --verify "$ECM_LINT_BASE^{commit}"
    return
  fi
  base=$(git merge-base HEAD origin/main 2>/dev/null || true)
  if [[ -z $base || $base == "$(git rev-parse HEAD)" ]]; then
    base=$(git rev-parse --verify --quiet HEAD~1 || true)
  fi
  printf '%s' "$base"
}

# The .cc files that are to be read for a changed header: those that bear its name.
_translation_units() {
  local file stem unit
  while IFS= read -r file; do
    case $file in
      *.cc) printf '%s\n' "$file" ;;
      *.h)
        stem=${file%.h}
        for unit in "$stem.cc" "${stem}_test.cc"; do printf '%s\n' "$unit"; done
        ;;
    esac
  done | sort -u | while IFS= read -r unit; do
    [[ ! -f $unit ]] || printf '%s\n' "$unit"
  done
}

tidy_files_all() { cpp_files | tr '\0' '\n' | grep '\.cc$' || true; }

tidy_files_changed() {
  local base
  base=$(lint_base)
  if [[ -z $base ]]; then
    tidy_files_all
    return
  fi
  {
    git diff --name-only "$base" -- '*.cc' '*.h'
    git ls-files --others --exclude-standard -- '*.cc' '*.h'
  } | _translation_units
}

# Files that no target compiles have no compile command; CMake's lists are the tidy test's affair.
run_clang_tidy() {
  printf '%s\0' "$@" |
    xargs -0 -n 1 -P "$(build_jobs)" clang-tidy-19 --quiet -p build/lint
}
