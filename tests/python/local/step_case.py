"""What the tests of this folder share: a state folder, steps in it, and what is left of them."""

import gzip
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[3]
STEP_RUN = os.environ.get("STEP_RUN", str(PROJECT / "build/release/bin/step_run"))


def processes_with(text):
    """The ids of the live processes in whose environment the text stands."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and text.encode() in (entry / "environ").read_bytes():
                if (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                    found.append(int(entry.name))
        except OSError:
            continue
    return found


def command_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def wait_for(condition, seconds=180):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError("waited in vain")


class StepCase(unittest.TestCase):
    def setUp(self):
        # A space and an umlaut: paths become URIs, options and properties on their way.
        self.state = pathlib.Path(tempfile.mkdtemp(prefix="ecm ü "))
        self.addCleanup(shutil.rmtree, self.state, ignore_errors=True)
        for bucket in ("code", "data.in", "logs"):
            (self.state / "s3" / bucket).mkdir(parents=True)
        self.mark = f"SPARK_CONF_DIR={self.state}/"

    def tearDown(self):
        # Whatever a test does, no process of its step is left.
        self.assertEqual([command_of(pid) for pid in processes_with(self.mark)], [])

    def job(self, text, name="job.py"):
        (self.state / "s3/code" / name).write_text(text)
        return f"s3://code/{name}"

    def launch(self, *args, **more):
        return [
            STEP_RUN,
            str(self.state),
            json.dumps({"args": args, "log_uri": "s3://logs/emr/", **more}),
        ]

    def run_step(self, *args, **more):
        done = subprocess.run(
            self.launch(*args, **more), capture_output=True, text=True, timeout=240, check=True
        )
        return json.loads(done.stdout)

    def start_step(self, *args, **more):
        process = subprocess.Popen(self.launch(*args, **more), stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def log(self, name):
        path = self.state / f"s3/logs/emr/j-TEST/steps/s-TEST/{name}.gz"
        return gzip.decompress(path.read_bytes()).decode()

    def driver_log(self, name):
        """The log of a driver in cluster mode; there must be exactly one."""
        logs = self.state / "s3/logs/emr/j-TEST/containers"
        (path,) = logs.glob(f"application_*_0001/container_*_0001_01_000001/{name}.gz")
        return gzip.decompress(path.read_bytes()).decode()

    def work(self, name):
        path = self.state / "work/j-TEST/s-TEST" / name
        return path.read_text() if path.exists() else ""


def listening_addresses(pids):
    """The local addresses on which one of the processes listens."""
    inodes = set()
    for pid in pids:
        for fd in pathlib.Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = os.readlink(fd)
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    addresses = set()
    for table, size in (("/proc/net/tcp", 8), ("/proc/net/tcp6", 32)):
        for line in pathlib.Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] != "0A" or fields[9] not in inodes:
                continue
            raw = bytes.fromhex(fields[1].split(":")[0])
            words = [raw[i : i + 4][::-1] for i in range(0, size // 2, 4)]
            addresses.add(readable(b"".join(words)))
    return addresses


def readable(address):
    import ipaddress

    parsed = ipaddress.ip_address(address)
    mapped = getattr(parsed, "ipv4_mapped", None)
    return f"::ffff:{mapped}" if mapped else str(parsed)
