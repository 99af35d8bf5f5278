"""Packs files into a zip whose bytes depend on nothing but their names and contents.

python3 make_zip.py ZIP FILE...
"""

import os
import pathlib
import sys
import zipfile

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can tell
MODE = 0o100755  # a regular file that everybody may run
UNIX = 3


def add(archive: zipfile.ZipFile, path: pathlib.Path) -> None:
    entry = zipfile.ZipInfo(path.name, date_time=EPOCH)
    entry.create_system = UNIX
    entry.external_attr = MODE << 16
    archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=9)


def main() -> None:
    target = pathlib.Path(sys.argv[1])
    files = sorted((pathlib.Path(name) for name in sys.argv[2:]), key=lambda path: path.name)
    unfinished = target.with_name(target.name + ".part")
    with zipfile.ZipFile(unfinished, "w") as archive:
        for path in files:
            add(archive, path)
    os.replace(unfinished, target)


if __name__ == "__main__":
    main()
