"""The package: what is in it, and that it is the same wherever it is made."""

import hashlib
import os
import pathlib
import shutil
import subprocess
import zipfile

from functions import PACKAGE, ROOT

MEGABYTE = 1024 * 1024


def package(folder: pathlib.Path, output: pathlib.Path, **environment: str) -> pathlib.Path:
    done = subprocess.run(
        ["bash", folder / "scripts/package", "--output", output],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return output / PACKAGE.name


def copy_of_the_project(folder: pathlib.Path) -> None:
    """What git would give to another person: the files that it tracks, and new ones."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    for name in listed.decode().split("\0"):
        source = ROOT / name
        if not name or not source.is_file():
            continue
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, folder / name)


def test_it_holds_one_program_that_needs_nothing(program):
    with zipfile.ZipFile(PACKAGE) as archive:
        assert archive.namelist() == ["bootstrap"]
        entry = archive.getinfo("bootstrap")
    assert entry.external_attr >> 16 == 0o100755
    assert entry.date_time == (1980, 1, 1, 0, 0, 0)
    headers = subprocess.run(["readelf", "-lhS", program], capture_output=True, text=True).stdout
    assert "X86-64" in headers
    assert "INTERP" not in headers and "DYNAMIC" not in headers, "not static"
    assert ".symtab" not in headers and ".note.gnu.build-id" not in headers
    assert str(ROOT).encode() not in program.read_bytes()


def test_it_is_small():
    assert PACKAGE.stat().st_size <= 4 * MEGABYTE


def test_its_checksum_lies_beside_it():
    digest = hashlib.sha256(PACKAGE.read_bytes()).hexdigest()
    beside = PACKAGE.with_name(PACKAGE.name + ".sha256")
    assert beside.read_text() == f"{digest}  {PACKAGE.name}\n"


def test_the_same_commit_gives_the_same_bytes_in_another_folder(tmp_path):
    """Compiled anew from the first file to the last, by somebody with other habits."""
    here = package(ROOT, tmp_path / "here")
    elsewhere = tmp_path / "quite" / "another" / "place"
    copy_of_the_project(elsewhere)
    there = package(
        elsewhere, tmp_path / "there", CCACHE_DISABLE="1", TZ="Asia/Tokyo", LC_ALL="C", USER="other"
    )
    assert here.read_bytes() == there.read_bytes()
    assert here.read_bytes() == PACKAGE.read_bytes(), "dist is not of this tree: package again"


def test_help_says_what_it_does():
    command = ["bash", ROOT / "scripts/package"]
    done = subprocess.run([*command, "--help"], capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.startswith("Usage: bash scripts/package")
    wrong = subprocess.run([*command, "-x"], capture_output=True, text=True)
    assert wrong.returncode == 2 and "unknown argument: -x" in wrong.stderr
