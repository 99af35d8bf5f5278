"""Packs word_tools/ into a zip for --py-files: `python3 make_zip.py FILE`.

The same sources give the same bytes: names are sorted, times and modes fixed.
"""

import pathlib
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent


def main() -> None:
    with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((HERE / "word_tools").rglob("*")):
            if path.suffix not in {".py", ".txt"}:
                continue
            entry = zipfile.ZipInfo(path.relative_to(HERE).as_posix(), (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())


if __name__ == "__main__":
    main()
