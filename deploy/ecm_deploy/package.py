"""The zip that is deployed: built here, or a released one that is checked against its checksum."""

import hashlib
import pathlib
import zipfile

from .refusal import Refusal
from .world import World

BUILT = "dist/emr-cluster-manager.zip"


def _digest(file: pathlib.Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def check_zip(path: pathlib.Path) -> pathlib.Path:
    """The absolute path of a zip that is whole: it is what its checksum says, and ours."""
    if not path.is_file():
        raise Refusal(f"there is no {path}", "check ZIP=, or leave it out to build the package")
    checksum = path.with_name(path.name + ".sha256")
    if not checksum.is_file():
        raise Refusal(f"there is no checksum {checksum}", "put the released .sha256 beside the zip")
    words = checksum.read_text("utf-8", "replace").split()
    said = words[0].lower() if words else ""
    found = _digest(path)
    if said != found:
        raise Refusal(
            f"{path} is not what {checksum.name} says: its SHA-256 is {found}, not {said}",
            "fetch both again; do not deploy this one",
        )
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile as error:
        raise Refusal(f"{path} is no zip: {error}", "fetch it again") from None
    if "bootstrap" not in names:
        raise Refusal(f"{path} has no `bootstrap`: {names[:5]}", "give the zip of scripts/package")
    return path.resolve()


def provide_zip(given: str | None, world: World) -> pathlib.Path:
    """The zip that was given, or one made by scripts/package."""
    if given:
        return check_zip(pathlib.Path(given))
    command = ["bash", str(world.root / "scripts" / "package")]
    if world.run(command, world.environment) != 0:
        raise Refusal(
            "scripts/package failed: see above",
            "correct that, or give a released package: ZIP=path/emr-cluster-manager.zip",
        )
    return check_zip(world.root / BUILT)
