"""The word count of the examples as a step, for clients of `emrctl local serve`, and the programs
that ask it."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

from harness import PATIENCE, ROOT
from served import REGION, Server

EXAMPLE = ROOT / "examples" / "wordcount"
AIRFLOW = pathlib.Path(__file__).resolve().parent / "airflow"

# AWS CLI v1 is of PyPI, v2 is Debian's: both as people have them.
AWS_CLIS = {"v1": ROOT / ".venv-awscli" / "bin" / "aws", "v2": pathlib.Path("/usr/bin/aws")}


def spark_step(output_key: str, **arguments: str) -> dict:
    """Counts the words of the example's text into a folder of its own."""
    named = {
        "input_bucket": "wordcount-input",
        "input_key": "texts/sample.txt",
        "output_bucket": "wordcount-output",
        "output_key": output_key,
        **arguments,
    }
    confs = [f"spark.hadoop.wordcount.{name}={value}" for name, value in named.items()]
    return {
        "Name": "count words",
        "ActionOnFailure": "CONTINUE",
        "HadoopJarStep": {
            "Jar": "command-runner.jar",
            "Args": [
                "spark-submit",
                *[word for conf in confs for word in ("--conf", conf)],
                "s3://wordcount-code/word_count.py",
            ],
        },
    }


def job_description(output_key: str, **members) -> dict:
    job = json.loads((EXAMPLE / "job.json").read_text())
    for argument in job["arguments"]:
        if argument["argument"] == "output_key":
            argument["value"] = output_key
    return {**job, **members}


def prepare(server: Server) -> None:
    subprocess.run(
        [sys.executable, EXAMPLE / "prepare.py", server.state], check=True, timeout=PATIENCE
    )


def check_result(server: Server, output_key: str, folder: pathlib.Path) -> None:
    """The example's own check counts again without Spark; it looks at `counts`."""
    state = folder / f"checked-{output_key}"
    buckets = server.state / "s3"
    shutil.copytree(buckets / "wordcount-input", state / "s3" / "wordcount-input")
    shutil.copytree(
        buckets / "wordcount-output" / output_key, state / "s3" / "wordcount-output" / "counts"
    )
    checked = subprocess.run(
        [sys.executable, EXAMPLE / "check.py", state],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def clean_environment(**more: str) -> dict[str, str]:
    """Without this machine's own settings for AWS."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, **more}


class AwsCli:
    """One version of the AWS CLI, pointed at the server as every version understands it."""

    def __init__(self, version: str, server: Server, folder: pathlib.Path) -> None:
        self.program = AWS_CLIS[version]
        self.server = server
        self.environment = clean_environment(
            AWS_ACCESS_KEY_ID="any",
            AWS_SECRET_ACCESS_KEY="thing",
            AWS_DEFAULT_REGION=REGION,
            AWS_PAGER="",
            AWS_EC2_METADATA_DISABLED="true",
            AWS_CONFIG_FILE=str(folder / "no-config"),
            AWS_SHARED_CREDENTIALS_FILE=str(folder / "no-credentials"),
        )

    def run(self, *words: str) -> subprocess.CompletedProcess:
        command = [self.program, "--endpoint-url", self.server.url, "--output", "json", *words]
        return subprocess.run(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def __call__(self, *words: str) -> dict:
        """What it answers, or {}. It must end well."""
        done = self.run(*words)
        said = f"{' '.join(words)}: {done.stdout}{done.stderr}\n{self.server.errors()}"
        assert done.returncode == 0, said
        return json.loads(done.stdout) if done.stdout.strip() else {}
