"""Fills the local buckets of this example: `python3 prepare.py STATE_DIR` (the .emrctl folder).

A bucket is the folder STATE_DIR/s3/BUCKET. The code is copied each time, the input made once.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "state_dir",
        type=pathlib.Path,
        metavar="STATE_DIR",
        help="the folder of --state-dir, .emrctl where nothing else is said",
    )
    buckets = parser.parse_args().state_dir / "s3"
    for name in ("topwords-code", "topwords-input", "topwords-output", "topwords-logs"):
        (buckets / name).mkdir(parents=True, exist_ok=True)
    code = buckets / "topwords-code"
    shutil.copyfile(HERE / "top_words.py", code / "top_words.py")
    subprocess.run([sys.executable, HERE / "make_zip.py", code / "word_tools.zip"], check=True)
    pages = buckets / "topwords-input" / "pages.xml"
    if not pages.exists():
        subprocess.run([sys.executable, HERE / "make_input.py", pages], check=True)


if __name__ == "__main__":
    main()
