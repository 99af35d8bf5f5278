"""The word count in S3: `deploy-word-count` puts it there, `destroy` takes it away."""

import json
import pathlib
import subprocess
import sys
import tempfile

from .account import Account, find_account
from .environment import Environment, check_is_described, read_environment
from .memory import Example, forget, remember
from .preflight import check_bucket
from .refusal import Refusal
from .world import ROOT, World

WORD_COUNT = ROOT / "examples" / "wordcount"


def prefix_of(environment: Environment) -> str:
    return f"{environment.stack}/wordcount/"


def job_of(environment: Environment, bucket: str) -> dict:
    """The example's description, with everything it reads and writes in one bucket."""
    job = json.loads((WORD_COUNT / "job.json").read_text("utf-8"))
    prefix = prefix_of(environment)
    values = {
        "input_bucket": bucket,
        "input_key": f"{prefix}input/sample.txt",
        "output_bucket": bucket,
        "output_key": f"{prefix}output",
    }
    job["arguments"] = [{"argument": name, "value": value} for name, value in values.items()]
    job["code_entrypoint"] = f"s3://{bucket}/{prefix}word_count.py"
    job["region"] = environment.region
    # The environment's own, where it has them.
    for member in ("log_bucket", "subnet"):
        del job[member]
    if not environment.settings.get("log_bucket"):
        job["log_bucket"] = bucket
    return job


def job_file(environment: Environment, world: World) -> pathlib.Path:
    return world.root / ".deploy" / f"{environment.stage}-wordcount.json"


def _upload(bucket: str, prefix: str, account: Account) -> None:
    with tempfile.TemporaryDirectory() as folder:
        text = pathlib.Path(folder) / "sample.txt"
        subprocess.run([sys.executable, WORD_COUNT / "make_input.py", text], check=True)
        s3 = account.client("s3")
        s3.upload_file(str(WORD_COUNT / "word_count.py"), bucket, f"{prefix}word_count.py")
        s3.upload_file(str(text), bucket, f"{prefix}input/sample.txt")


def deploy_word_count(stage: str | None, bucket: str | None, world: World) -> None:
    environment = read_environment(stage, world)
    check_is_described(environment, world)
    if not bucket:
        raise Refusal(
            "no bucket for the example is named",
            f"make ENV={environment.stage} deploy-word-count EXAMPLE_BUCKET=my-bucket",
        )
    account = find_account(environment, world)
    check_bucket(bucket, "EXAMPLE_BUCKET", account)

    prefix = prefix_of(environment)
    # First, so that what an upload that breaks off leaves behind is known, too.
    remember(Example(account.id, account.region, bucket, prefix), environment, world)
    _upload(bucket, prefix, account)
    file = job_file(environment, world)
    file.write_text(json.dumps(job_of(environment, bucket), indent=2) + "\n", "utf-8")
    world.say(f"==> s3://{bucket}/{prefix} has the word count and its text")
    if bucket not in (environment.settings.get("job_buckets") or {}):
        world.say(
            f"note: job_buckets of environments/{environment.stage}.tfvars.json does not name "
            f'{bucket}: with the roles of Terraform the job needs "{bucket}": "write"'
        )
    shown = file.relative_to(world.root)
    world.say(f"next: make ENV={environment.stage} start JOB={shown} WAIT=1")


def _keys(bucket: str, prefix: str, account: Account) -> list[dict[str, str]]:
    """All versions of all objects, and the marks of deleted ones."""
    keys = []
    pages = account.client("s3").get_paginator("list_object_versions")
    for page in pages.paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Versions", []) + page.get("DeleteMarkers", []):
            keys.append({"Key": entry["Key"], "VersionId": entry["VersionId"]})
    return keys


def remove_example(example: Example, environment: Environment, account: Account, world) -> None:
    """Everything below the prefix, in batches of what S3 takes."""
    s3 = account.client("s3")
    keys = _keys(example.bucket, example.prefix, account)
    for begin in range(0, len(keys), 1000):
        batch = {"Objects": keys[begin : begin + 1000], "Quiet": True}
        errors = s3.delete_objects(Bucket=example.bucket, Delete=batch).get("Errors", [])
        if errors:
            first = errors[0]
            raise Refusal(
                f"s3://{example.bucket}/{first['Key']} cannot be deleted: {first.get('Message')}",
                "see that you may delete it, then the same command again",
            )
    forget(example, environment, world)
    job_file(environment, world).unlink(missing_ok=True)
    world.say(f"    s3://{example.bucket}/{example.prefix}: {len(keys)} objects deleted")
