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
    for name in ("wordcount-code", "wordcount-input", "wordcount-output", "wordcount-logs"):
        (buckets / name).mkdir(parents=True, exist_ok=True)
    shutil.copyfile(HERE / "word_count.py", buckets / "wordcount-code" / "word_count.py")
    text = buckets / "wordcount-input" / "texts" / "sample.txt"
    if not text.exists():
        subprocess.run([sys.executable, HERE / "make_input.py", text], check=True)


if __name__ == "__main__":
    main()
