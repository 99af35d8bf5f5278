"""What people are told: exit codes, reasons, the outcome document, logs where EMR puts them."""

import json
import os
import signal

import jsonschema
import pytest
from harness import PATIENCE, ROOT, wait_until

OUTCOME = json.loads((ROOT / "schema" / "outcome.schema.json").read_text())


def outcome(done):
    """The one document on standard output, valid by the published schema."""
    document = json.loads(done.out)
    jsonschema.Draft202012Validator.check_schema(OUTCOME)
    jsonschema.Draft202012Validator(OUTCOME).validate(document)
    return document


def test_jobs_read_and_write_every_format_by_both_schemes(place):
    place.bucket("e2e-data")
    done = place.run(place.job("formats.py", {"bucket": "e2e-data"}), "--json")
    assert done.code == 0, done.text
    assert outcome(done)["v"] == 1
    assert "every format agrees" in place.logs()["stdout"]
    assert list(place.state.glob("s3/e2e-data/**/*.crc")) == [], "litter beside the objects"


@pytest.mark.parametrize(
    "value",
    [
        "two  words ' and \" quotes",
        "$(touch injected) `touch injected` ; touch injected & * \\ #",
        "-- --conf spark.master=yarn",
        "a=b=c, Zürich 水 🦆",
    ],
)
def test_an_argument_reaches_the_job_unchanged(value, place):
    place.bucket("e2e-data")
    done = place.run(place.job("echo.py", {"bucket": "e2e-data", "value": value}))
    assert done.code == 0, done.text
    assert json.loads((place.state / "s3/e2e-data/value.json").read_text()) == value
    assert list(place.folder.rglob("injected")) == []


def test_a_python_exception_fails_the_job_and_is_named(place):
    job = place.job("raises.py")
    done = place.run(job)
    assert done.code == 3, done.text
    assert "LookupError" in done.text and "the 42nd customer is missing" in done.text
    logs = place.logs()
    assert {"controller", "stdout", "stderr"} <= set(logs)
    assert "Traceback" in logs["stderr"] + logs["stdout"]
    assert "spark-submit" in logs["controller"]


def test_the_outcome_of_a_failure_says_the_same(place):
    done = place.run(place.job("raises.py"), "--json")
    assert done.code == 3
    assert "the 42nd customer is missing" in json.dumps(outcome(done)["cause"])


def test_an_exit_code_fails_the_job(place):
    done = place.run(place.job("exits.py", {"code": "7"}))
    assert done.code == 3, done.text


def test_a_missing_input_bucket_is_named(place):
    done = place.run(place.job("reads.py", {"path": "s3a://no-such-bucket/text"}))
    assert done.code == 3, done.text
    assert "no-such-bucket" in done.text


def test_a_missing_object_is_named(place):
    place.bucket("e2e-data")
    done = place.run(place.job("reads.py", {"path": "s3://e2e-data/gone.txt"}))
    assert done.code == 3, done.text
    assert "e2e-data/gone.txt" in done.text


def test_a_missing_entry_point_is_named(place):
    done = place.run(place.job("reads.py", {"path": "x"}, code_entrypoint="s3://e2e-code/gone.py"))
    assert done.code == 3, done.text
    assert "e2e-code/gone.py" in done.text


def test_a_missing_code_bucket_is_named(place):
    done = place.run(place.job("raises.py", code_entrypoint="s3://no-such-code/raises.py"))
    assert done.code == 3, done.text
    assert "no-such-code" in done.text


def test_a_killed_jvm_fails_the_job(place):
    process = place.start(place.job("waits.py", {"folder": str(place.folder)}))
    wait_until((place.folder / "worker-0").exists, PATIENCE, "a worker waits")
    java = [
        p
        for p in place.processes()
        if "SparkSubmit" in p.command and "java" in p.command.split()[0]
    ]
    assert len(java) == 1, place.processes()
    os.kill(java[0].pid, signal.SIGKILL)
    assert process.wait(timeout=60) == 3, place.output()


def test_all_mistakes_of_a_description_come_at_once(place):
    job = place.job("raises.py", slave_typ="m5.xlarge", count="many")
    done = place.run(job)
    assert done.code == 2, done.text
    assert "/slave_typ" in done.text and "slave_type" in done.text
    assert "/count" in done.text
    assert not (place.state / "s3/e2e-logs").exists() or not any(
        (place.state / "s3/e2e-logs").iterdir()
    )
    assert place.emrctl("validate", job).code == 2


@pytest.mark.parametrize(
    "arguments",
    [["run", "--local", "no-such-file.json"], ["run", "--loca", "job.json"], ["nothing"], []],
)
def test_wrong_usage_ends_with_2(arguments, place):
    done = place.emrctl(*arguments)
    assert done.code == 2, done.text
    assert done.text.strip()


def test_version_and_help_end_with_0(place):
    assert place.emrctl("--version").code == 0
    assert "run" in place.emrctl("--help").out
