"""A deployed stack without an account: moto is Step Functions, DynamoDB, S3, SNS and SQS, the
functions are the packaged program, and Amazon EMR is `emrctl local serve`. Only Lambda's scheduler
and EventBridge are played here."""

import json
import pathlib
import sys
import threading
import time

import boto3
from harness import PATIENCE, ROOT
from served import Server

# `functions`, `moto_engine` and `shipped` are named there.
sys.path[:0] = [
    str(ROOT / "tests" / folder) for folder in ("lambda", "python/asl", "python/state_machine")
]

from functions import Function, unpack  # noqa: E402
from moto_engine import ACCOUNT, REGION, TOPIC, MotoEngine, Router  # noqa: E402
from shipped import shipped_definition  # noqa: E402

STAGE = "test"
TABLE = "ecm-test-jobs"
LOGS = "logs"
FUNCTIONS = ("submit", "await", "wake", "inspect", "release", "report")
OVER = {"COMPLETED", "FAILED", "CANCELLED", "INTERRUPTED", "TERMINATED", "TERMINATED_WITH_ERRORS"}


class Lambda(Router):
    """Hands the invocations of moto's Step Functions to the functions' processes."""

    chain: "Chain"

    def invoke(self, name, payload):
        post = self.server.chain.call(name.split("--", 1)[1], payload)
        failed = {"X-Amz-Function-Error": "Unhandled"} if post.kind == "error" else None
        self.reply(200, json.loads(post.body), failed)


class Chain:
    def __init__(self, folder: pathlib.Path, emr: Server) -> None:
        self.emr_server = emr
        self.moto = MotoEngine(folder / "moto.log", router=Lambda)
        self.moto._router.chain = self
        self.topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:{TOPIC}"
        program = unpack(folder)
        self.functions = {name: self.start(program, folder, name) for name in FUNCTIONS}
        self.locks = {name: threading.Lock() for name in FUNCTIONS}
        self.prepare()
        self.ended = threading.Event()
        self.bus = threading.Thread(target=self.tell_events, daemon=True)
        self.bus.start()

    def start(self, program: pathlib.Path, folder: pathlib.Path, name: str) -> Function:
        return Function(
            program,
            folder,
            name,
            ECM_STAGE=STAGE,
            ECM_JOB_TABLE=TABLE,
            ECM_TOPIC_ARN=self.topic,
            ECM_LOG_BUCKET=LOGS,
            ECM_SUBNET="subnet-0123456789abcdef0",
            AWS_ENDPOINT_URL=f"http://127.0.0.1:{self.moto.port}",
            AWS_ENDPOINT_URL_EMR=f"http://127.0.0.1:{self.emr_server.port}",
        )

    def prepare(self) -> None:
        """What Terraform creates of AWS."""
        table = json.loads((ROOT / "deploy" / "job_table.json").read_text())
        self.moto.client("dynamodb").create_table(**{**table["CreateTable"], "TableName": TABLE})
        self.moto.client("s3").create_bucket(
            Bucket=LOGS, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        sqs = self.moto.client("sqs")
        self.queue = sqs.create_queue(QueueName="people")["QueueUrl"]
        self.moto.client("sns").subscribe(
            TopicArn=self.topic,
            Protocol="sqs",
            Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:people",
            Attributes={"RawMessageDelivery": "true"},
        )
        self.moto.create(f"ecm-{STAGE}", shipped_definition())

    def call(self, function: str, event: dict):
        with self.locks[function]:
            return self.functions[function].invoke(event, seconds=60.0)

    def run(self, name: str, job: dict) -> dict:
        sfn = self.moto.client("stepfunctions")
        arn = sfn.start_execution(
            stateMachineArn=f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:ecm-{STAGE}",
            name=name,
            input=json.dumps(job),
        )["executionArn"]
        return self.moto.finish(arn, timeout=PATIENCE)

    def notices(self) -> list[str]:
        sqs = self.moto.client("sqs")
        received = sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        return [message["Body"] for message in received.get("Messages", [])]

    # --- EventBridge and the cluster's log pusher --------------------------------------------------
    def emr(self):
        return boto3.client(
            "emr",
            endpoint_url=f"http://127.0.0.1:{self.emr_server.port}",
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def tell_events(self) -> None:
        emr, told = self.emr(), set()
        while not self.ended.wait(0.2):
            for cluster in emr.list_clusters()["Clusters"]:
                seen = [cluster["Status"]["State"]]
                steps = emr.list_steps(ClusterId=cluster["Id"])["Steps"]
                seen += [step["Status"]["State"] for step in steps]
                for state in OVER.intersection(seen):
                    if (cluster["Id"], state) in told:
                        continue
                    told.add((cluster["Id"], state))
                    self.push_logs()
                    detail = {"clusterId": cluster["Id"], "state": state}
                    self.call("wake", {"source": "aws.emr", "detail": detail})

    def push_logs(self) -> None:
        s3, bucket = self.moto.client("s3"), self.emr_server.state / "s3" / LOGS
        for file in bucket.rglob("*"):
            if file.is_file():
                s3.upload_file(str(file), LOGS, str(file.relative_to(bucket)))

    def close(self) -> None:
        self.ended.set()
        self.bus.join(PATIENCE)
        for function in self.functions.values():
            function.close()
        self.moto.close()
