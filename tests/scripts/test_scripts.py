"""The shell library: counting, packages, environments, phases."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PASSED = '<testcase classname="a" name="{}" status="run"/>'
FAILED = '<testcase classname="a" name="{}"><failure message="no"/></testcase>'
SKIPPED = '<testcase classname="a" name="{}" status="disabled"/>'


class Clone:
    """A copy of the scripts with recorders in front of PATH."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.root = folder / "clone"
        self.bin = folder / "bin"
        self.calls = folder / "calls"
        self.bin.mkdir()
        for name in ("scripts", "packages", "python"):
            shutil.copytree(ROOT / name, self.root / name)

    def fake(self, name: str, body: str = "") -> None:
        program = self.bin / name
        record = f"printf '%s\\n' \"{name} $*\" >> {self.calls}"
        program.write_text(f"#!/bin/sh\n{record}\n{body}\n")
        program.chmod(0o755)

    def bash(self, text: str, **environment: str) -> subprocess.CompletedProcess:
        libraries = "common packages python build tests lint ci"
        source = "".join(f"source scripts/lib/{name}.sh\n" for name in libraries.split())
        return subprocess.run(
            ["bash", "-c", f"set -euo pipefail\n{source}{text}", "a-script"],
            cwd=self.root,
            env={
                "HOME": str(self.root),
                "PATH": f"{self.bin}:{os.environ['PATH']}",
                **environment,
            },
            capture_output=True,
            text=True,
        )

    def recorded(self) -> list[str]:
        return self.calls.read_text().splitlines() if self.calls.exists() else []


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path)


def tally(folder: pathlib.Path, **files: str) -> subprocess.CompletedProcess:
    for name, cases in files.items():
        (folder / f"{name}.xml").write_text(f"<testsuite>{cases}</testsuite>")
    return subprocess.run(
        ["python3", ROOT / "scripts" / "lib" / "tally.py", folder], capture_output=True, text=True
    )


def test_the_closing_line_is_the_sum_of_all_suites(tmp_path):
    done = tally(tmp_path, one=PASSED.format("x") + PASSED.format("y"), two=PASSED.format("z"))
    assert (done.returncode, done.stdout) == (0, "3 passed, 0 failed\n")


def test_a_failed_test_is_named_and_fails_the_whole(tmp_path):
    done = tally(tmp_path, one=PASSED.format("x") + FAILED.format("y"))
    assert done.returncode == 1
    assert "a.y: failure" in done.stdout
    assert done.stdout.splitlines()[-1] == "1 passed, 1 failed"


def test_a_test_that_did_not_run_counts_as_failed(tmp_path):
    assert tally(tmp_path, one=PASSED.format("x") + SKIPPED.format("y")).returncode == 1


def test_no_suite_at_all_fails(tmp_path):
    done = tally(tmp_path)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "0 passed, 0 failed")


def test_a_suite_without_tests_fails_beside_a_good_one(tmp_path):
    assert tally(tmp_path, one=PASSED.format("x"), two="").returncode == 1


def test_a_result_that_was_cut_off_fails(tmp_path):
    (tmp_path / "two.xml").write_text("<testsuite><testcase name=")
    assert tally(tmp_path, one=PASSED.format("x")).returncode == 1


def test_the_package_list_has_no_package_twice_and_no_odd_name(clone):
    done = clone.bash("packages_of run test e2e browser lint")
    names = done.stdout.split()
    assert len(names) == len(set(names)) > 10
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", name) for name in names), names
    assert clone.bash("packages_of test").stdout.split() != names


INSTALLED = 'for p in "$@"; do case $p in -*|g++-12) ;; *) echo "$p installed";; esac; done; exit 1'


def test_what_is_missing_is_found_by_one_look_at_dpkg(clone):
    clone.fake("dpkg-query", INSTALLED)
    assert clone.bash("missing_packages run").stdout.split() == ["g++-12"]
    assert len(clone.recorded()) == 1


def test_a_package_whose_settings_are_left_over_is_missing(clone):
    clone.fake("dpkg-query", 'echo "cmake config-files"')
    assert "cmake" in clone.bash("missing_packages run").stdout.split()


def test_apt_is_not_asked_when_nothing_is_missing(clone):
    clone.fake("dpkg-query", INSTALLED.replace("|g++-12", ""))
    clone.fake("apt-get")
    assert clone.bash("ensure_packages run test").returncode == 0
    assert not any(call.startswith("apt-get") for call in clone.recorded())


def test_root_installs_exactly_what_is_missing(clone):
    clone.fake("dpkg-query", INSTALLED)
    clone.fake("apt-get")
    clone.fake("id", "echo 0")
    assert clone.bash("ensure_packages run").returncode == 0
    calls = [call for call in clone.recorded() if call.startswith("apt-get")]
    assert calls == ["apt-get update", "apt-get install --yes --no-install-recommends g++-12"]


def test_without_root_the_command_is_named_and_nothing_goes_on(clone):
    clone.fake("dpkg-query", INSTALLED)
    clone.fake("apt-get")
    clone.fake("id", "echo 1000")
    done = clone.bash("ensure_packages run; echo went on")
    assert done.returncode == 1
    assert "install --yes --no-install-recommends g++-12'" in done.stderr
    assert "went on" not in done.stdout
    assert not any(call.startswith("apt-get") for call in clone.recorded())


def test_apt_that_fails_ends_the_script_and_shows_why(clone):
    clone.fake("dpkg-query", INSTALLED)
    clone.fake("apt-get", "echo no route to the archive; exit 100")
    clone.fake("id", "echo 0")
    done = clone.bash("ensure_packages run; echo went on")
    assert done.returncode != 0 and "went on" not in done.stdout
    assert "no route to the archive" in done.stderr


# In place of a virtual environment: a folder with a program, and a record of the call.
VENV = """
_make_venv() {
  echo "$*" >> "$ECM_ROOT/made"
  mkdir -p "$1/bin"
  ln -sf /bin/true "$1/bin/python"
}
"""


def test_an_environment_is_made_once_and_again_when_a_requirement_changes(clone):
    twice = VENV + "ensure_spark_venv; ensure_spark_venv"
    assert clone.bash(twice).returncode == 0
    assert len((clone.root / "made").read_text().splitlines()) == 1
    (clone.root / "python" / "requirements.txt").write_text("pyspark==3.5.8\n")
    assert clone.bash(twice).returncode == 0
    assert len((clone.root / "made").read_text().splitlines()) == 2


def test_an_environment_that_was_cut_off_is_made_again(clone):
    done = clone.bash(
        "_make_venv() { mkdir -p $1/bin; return 7; }; ensure_spark_venv; echo went on"
    )
    assert done.returncode == 7 and "went on" not in done.stdout
    assert clone.bash("_make_venv() { return 7; }; ensure_spark_venv || exit 9").returncode == 9
    assert not (clone.root / ".venv" / ".complete").exists()


def test_clients_of_the_e2e_tests_have_environments_of_their_own(clone):
    programs = ("awscli", "airflow", "checkov")
    for name in ("requirements.txt", *(f"e2e/{program}/requirements.txt" for program in programs)):
        (clone.root / "tests" / name).parent.mkdir(parents=True, exist_ok=True)
        (clone.root / "tests" / name).write_text("a-package==1\n")
    assert clone.bash(VENV + "ensure_test_venv; ensure_client_venvs").returncode == 0
    made = [line.split()[1:] for line in (clone.root / "made").read_text().splitlines()]
    assert made == [
        ["tests/requirements.txt"],
        ["tests/e2e/awscli/requirements.txt"],
        ["tests/e2e/airflow/requirements.txt"],
        ["tests/e2e/checkov/requirements.txt"],
    ]


def test_a_phase_is_quiet_when_it_is_good(clone):
    done = clone.bash('phase good "doing" echo a lot')
    assert "a lot" not in done.stdout + done.stderr
    assert (clone.root / "build/logs/good.log").read_text() == "a lot\n"


def test_a_phase_that_fails_shows_its_end_and_keeps_its_status(clone):
    done = clone.bash('phase bad "doing" sh -c "echo the reason; exit 5"; echo went on')
    assert done.returncode == 5
    assert "the reason" in done.stderr and "build/logs/bad.log" in done.stderr
    assert "went on" not in done.stdout


def test_a_failed_configuration_is_not_remembered(clone):
    clone.fake("cmake", "exit 1")
    (clone.root / "CMakePresets.json").write_text("{}")
    (clone.root / "build/release").mkdir(parents=True)
    assert clone.bash("configure release || exit 3").returncode == 3
    assert not (clone.root / "build/release/.configured").exists()


CI = "ECM_JUNIT=$ECM_LOGS/junit-ci; forget_results\n"


def test_a_ci_phase_that_fails_fails_the_whole_and_hides_nothing(clone):
    done = clone.bash(CI + "ci_check one false; ci_check two true; ci_times; closing_line")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "1 passed, 1 failed"
    assert "FAILED" in done.stdout


def test_a_ci_suite_without_results_is_a_failure(clone):
    done = clone.bash(CI + "ci_suite silent true; closing_line")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "0 passed, 1 failed"


def test_a_ci_suite_counts_by_its_own_results_and_shows_one_closing_line(clone):
    suite = (
        'suite() { mkdir -p $ECM_LOGS/junit; echo \'<testsuite><testcase name="a"/><testcase'
        " name=\"b\"/></testsuite>' > $ECM_LOGS/junit/x.xml; echo '2 passed, 0 failed'; }\n"
    )
    done = clone.bash(CI + suite + "ci_suite good suite; ci_check other true; closing_line")
    assert done.returncode == 0, done.stderr
    assert re.findall(r"^\d+ passed, \d+ failed$", done.stdout, re.M) == ["3 passed, 0 failed"]


def test_every_script_explains_itself():
    scripts = [path for path in (ROOT / "scripts").iterdir() if path.is_file()]
    assert len(scripts) >= 6
    for script in [*scripts, ROOT / ".ci" / "run", ROOT / "bench" / "run_overhead"]:
        assert os.access(script, os.X_OK), script
        done = subprocess.run(["bash", script, "--help"], capture_output=True, text=True)
        assert done.returncode == 0 and done.stdout.startswith("Usage: "), script


@pytest.mark.parametrize(
    ("python", "says"),
    [
        (":", "there is no python3; next: apt-get install python3"),
        ("echo /bin/false", "virtual environments; next: apt-get install python3-venv"),
    ],
)
def test_a_machine_that_cannot_deploy_is_told_what_is_missing(clone, python, says):
    (clone.root / "scripts" / "lib" / "python.sh").write_text(f"system_python() {{ {python}; }}\n")
    done = clone.bash("bash scripts/stack deploy --env dev")
    assert done.returncode == 1 and says in done.stderr
