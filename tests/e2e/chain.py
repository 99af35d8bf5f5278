"""A deployed stack without an account. What Terraform's plan holds is created in moto, which is Step
Functions, EventBridge, DynamoDB, S3, SNS and SQS; the functions are the packaged program, and Amazon
EMR is `emrctl local serve`. Only Lambda's scheduler is played here, and who tells EventBridge."""

import json
import pathlib
import sys
import threading
import time
import traceback
import urllib.parse

import boto3
from harness import PATIENCE, ROOT
from served import Server

# `functions`, `moto_engine` and `shipped` are named there.
sys.path[:0] = [
    str(ROOT / "tests" / folder) for folder in ("lambda", "python/asl", "python/state_machine")
]

from functions import Function, unpack  # noqa: E402
from moto_engine import ACCOUNT, REGION, MotoEngine, Router  # noqa: E402
from planned import Planned, planned  # noqa: E402

STAGE = "test"
LOGS = "logs"
FUNCTIONS = ("submit", "await", "wake", "inspect", "release", "report", "sweep")


class Lambda(Router):
    """Hands the invocations of moto's Step Functions to the functions' processes."""

    chain: "Chain"

    def invoke(self, name, payload):
        arn = urllib.parse.unquote(name)
        if not self.server.chain.deployed:
            said = {"Type": "User", "Message": f"Function not found: {arn}"}
            headers = {"x-amzn-ErrorType": "ResourceNotFoundException", "x-amzn-RequestId": "1"}
            return self.reply(404, said, headers)
        post = self.server.chain.call(arn, payload)
        failed = {"X-Amz-Function-Error": "Unhandled"} if post.kind == "error" else None
        return self.reply(200, json.loads(post.body), failed)


class Chain:
    def __init__(self, folder: pathlib.Path, emr: Server) -> None:
        self.emr_server = emr
        self.deployed = True
        plan = planned(folder / "project", STAGE, log_bucket=LOGS)
        self.moto = MotoEngine(folder / "moto.log", router=Lambda)
        self.moto._router.chain = self
        self.stack = Planned(plan, STAGE, self.moto)
        program = unpack(folder)
        self.functions = {
            f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:ecm-{STAGE}-{name}:live":
                self.start(program, folder, name)
            for name in FUNCTIONS
        }
        self.locks = {arn: threading.Lock() for arn in self.functions}
        self.prepare()
        self.ended = threading.Event()
        self.bus = threading.Thread(target=self.run_bus, daemon=True)
        self.bus.start()

    def start(
        self, program: pathlib.Path, folder: pathlib.Path, name: str, **more: str
    ) -> Function:
        return Function(
            program,
            folder,
            name,
            ECM_STAGE=STAGE,
            ECM_JOB_TABLE=self.stack.table,
            ECM_TOPIC_ARN=self.stack.topic,
            ECM_LOG_BUCKET=LOGS,
            ECM_SUBNET="subnet-0123456789abcdef0",
            AWS_ENDPOINT_URL=f"http://127.0.0.1:{self.moto.port}",
            AWS_ENDPOINT_URL_EMR=f"http://127.0.0.1:{self.emr_server.port}",
            **more,
        )

    def prepare(self) -> None:
        """What was there before, and somebody who listens."""
        self.moto.client("s3").create_bucket(
            Bucket=LOGS, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        sqs = self.moto.client("sqs")
        self.queue = sqs.create_queue(QueueName="people")["QueueUrl"]
        self.moto.client("sns").subscribe(
            TopicArn=self.stack.topic,
            Protocol="sqs",
            Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:people",
            Attributes={"RawMessageDelivery": "true"},
        )

    def call(self, arn: str, event: dict):
        with self.locks[arn]:
            return self.functions[arn].invoke(event, seconds=60.0)

    def begin(self, name: str, job: dict) -> str:
        return self.moto.client("stepfunctions").start_execution(
            stateMachineArn=self.stack.state_machine, name=name, input=json.dumps(job)
        )["executionArn"]

    def run(self, name: str, job: dict) -> dict:
        return self.moto.finish(self.begin(name, job), timeout=PATIENCE)

    def notices(self) -> list[str]:
        return [message["Body"] for message in self.receive(self.queue, self.forget)]

    def receive(self, queue: str, then) -> list[dict]:
        sqs = self.moto.client("sqs")
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            then(queue, message)
        return messages

    def forget(self, queue: str, message: dict) -> None:
        self.moto.client("sqs").delete_message(
            QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"]
        )

    def deliver(self, queue: str, message: dict) -> None:
        """Lambda invokes again what failed: such a message stays in its queue."""
        if self.call(self.stack.targets[queue], json.loads(message["Body"])).kind != "error":
            self.forget(queue, message)

    def tick(self) -> None:
        """The schedule of the sweep, which in AWS comes by itself."""
        rule = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/ecm-{STAGE}-sweep-schedule"
        event = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
        self.call(self.stack.scheduled, {**event, "resources": [rule]})

    # --- who tells EventBridge, and what its rules let through ------------------------------------
    def emr(self):
        return boto3.client(
            "emr",
            endpoint_url=f"http://127.0.0.1:{self.emr_server.port}",
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def states_of_emr(self):
        """(what it is, its state) → event, of every cluster and step as it is now."""
        emr = self.emr()
        for cluster in emr.list_clusters()["Clusters"]:
            detail = {"clusterId": cluster["Id"], "name": cluster["Name"]}
            yield cluster["Id"], "EMR Cluster State Change", {
                **detail, "state": cluster["Status"]["State"]
            }
            for step in emr.list_steps(ClusterId=cluster["Id"])["Steps"]:
                yield step["Id"], "EMR Step Status Change", {
                    **detail, "stepId": step["Id"], "name": step["Name"],
                    "state": step["Status"]["State"],
                }

    def states_of_executions(self):
        states = self.moto.client("stepfunctions")
        machine = self.stack.state_machine
        for execution in states.list_executions(stateMachineArn=machine)["executions"]:
            yield execution["executionArn"], "Step Functions Execution Status Change", {
                "executionArn": execution["executionArn"],
                "stateMachineArn": machine,
                "name": execution["name"],
                "status": execution["status"],
            }

    def run_bus(self) -> None:
        told: set[tuple[str, str]] = set()
        while not self.ended.wait(0.2):
            try:
                self.tell_what_is_new(told)
                for queue in self.stack.targets:
                    self.receive(queue, self.deliver)
            except Exception:  # a bus that stood still would only show as a test that waits
                if not self.ended.is_set():
                    traceback.print_exc()

    def tell_what_is_new(self, told: set[tuple[str, str]]) -> None:
        events = self.moto.client("events")
        for source, found in (
            ("aws.emr", self.states_of_emr()), ("aws.states", self.states_of_executions())
        ):
            for what, kind, detail in found:
                state = detail.get("state") or detail["status"]
                if (what, state) in told:
                    continue
                self.push_logs()
                entry = {"Source": source, "DetailType": kind, "Detail": json.dumps(detail)}
                events.put_events(Entries=[entry])
                told.add((what, state))

    def push_logs(self) -> None:
        """What the cluster's log pusher does."""
        s3, bucket = self.moto.client("s3"), self.emr_server.state / "s3" / LOGS
        for file in bucket.rglob("*"):
            if file.is_file():
                s3.upload_file(str(file), LOGS, str(file.relative_to(bucket)))

    def wait_for_the_end_of(self, cluster: str) -> None:
        stop_at = time.monotonic() + PATIENCE
        over = ("TERMINATED", "TERMINATED_WITH_ERRORS")
        while self.state_of(cluster) not in over:
            assert time.monotonic() < stop_at, "the cluster lives on"
            time.sleep(0.1)

    def state_of(self, cluster: str) -> str:
        return self.emr().describe_cluster(ClusterId=cluster)["Cluster"]["Status"]["State"]

    def close(self) -> None:
        self.ended.set()
        self.bus.join(PATIENCE)
        for function in self.functions.values():
            function.close()
        self.moto.close()
