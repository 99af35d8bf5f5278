"""What a Terraform plan holds, created in moto: as `terraform apply` would, as far as moto has it."""

import pathlib
import sys

from harness import ROOT

sys.path[:0] = [str(ROOT / "tests" / "terraform")]

from moto_engine import ACCOUNT, REGION, MotoEngine  # noqa: E402
from project import Plan, Project  # noqa: E402

RULES = ("emr-events", "ended-executions")


def planned(folder: pathlib.Path, stage: str, **settings) -> Plan:
    folder.mkdir()
    return Project(folder).plan(stage, region=REGION, **settings)


class Planned:
    """The resources of one stage. Queues stand where AWS has functions as targets: moto's EventBridge
    cannot call functions."""

    def __init__(self, plan: Plan, stage: str, moto: MotoEngine) -> None:
        self.plan = plan
        self.stage = stage
        self.moto = moto
        self.topic = moto.client("sns").create_topic(
            Name=plan.named("aws_sns_topic", f"ecm-{stage}-failures")["name"]
        )["TopicArn"]
        self.table = self._table()
        self.state_machine = self._state_machine()
        self.targets: dict[str, str] = {}
        for rule in RULES:
            self._rule(rule)
        self.scheduled = self._target(f"ecm-{stage}-sweep-schedule")["arn"]

    def _table(self) -> str:
        table = self.plan.named("aws_dynamodb_table", f"ecm-{self.stage}-jobs")

        def key(name):
            return [{"AttributeName": name, "KeyType": "HASH"}]

        self.moto.client("dynamodb").create_table(
            TableName=table["name"],
            BillingMode=table["billing_mode"],
            KeySchema=key(table["hash_key"]),
            AttributeDefinitions=[
                {"AttributeName": item["name"], "AttributeType": item["type"]}
                for item in table["attribute"]
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": index["name"],
                    "KeySchema": key(index["hash_key"]),
                    "Projection": {"ProjectionType": index["projection_type"]},
                }
                for index in table["global_secondary_index"]
            ],
        )
        return table["name"]

    def _state_machine(self) -> str:
        machine = self.plan.named("aws_sfn_state_machine", f"ecm-{self.stage}")
        role = self.plan.named("aws_iam_role", f"ecm-{self.stage}-{REGION}-state-machine")
        return self.moto.client("stepfunctions").create_state_machine(
            name=machine["name"],
            type=machine["type"],
            definition=machine["definition"],
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/{role['name']}",
        )["stateMachineArn"]

    def _target(self, rule: str) -> dict:
        (target,) = (
            values for values in self.plan.all("aws_cloudwatch_event_target").values()
            if values["rule"] == rule
        )
        return target

    def _rule(self, name: str) -> None:
        rule = self.plan.named("aws_cloudwatch_event_rule", f"ecm-{self.stage}-{name}")
        target = self._target(rule["name"])
        events, sqs = self.moto.client("events"), self.moto.client("sqs")
        events.put_rule(Name=rule["name"], EventPattern=rule["event_pattern"])
        url = sqs.create_queue(QueueName=rule["name"])["QueueUrl"]
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{rule['name']}"
        events.put_targets(Rule=rule["name"], Targets=[{"Id": target["target_id"], "Arn": arn}])
        self.targets[url] = target["arn"]
