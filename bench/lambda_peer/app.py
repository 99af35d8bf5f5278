"""Submit as one writes it for Lambda in Python: the same calls as ours, with boto3. For
bench/run_lambda."""

import json
import os

import boto3

TABLE = os.environ["ECM_JOB_TABLE"]
DYNAMODB = boto3.client("dynamodb")
EMR = boto3.client("emr")


def read(execution: str) -> dict:
    return DYNAMODB.get_item(
        TableName=TABLE, Key={"execution": {"S": execution}}, ConsistentRead=True
    ).get("Item", {})


def put(execution: str, revision: int, document: dict) -> None:
    condition = {"ConditionExpression": "attribute_not_exists(execution)"}
    if revision > 1:
        condition = {
            "ConditionExpression": "revision = :before",
            "ExpressionAttributeValues": {":before": {"N": str(revision - 1)}},
        }
    DYNAMODB.put_item(
        TableName=TABLE,
        Item={
            "execution": {"S": execution},
            "revision": {"N": str(revision)},
            "document": {"S": json.dumps(document)},
        },
        **condition,
    )


def draw_turn() -> None:
    """RunJobFlow has half a call a second for a whole account: all jobs draw from one item."""
    key = f"turns:RunJobFlow:{os.environ['AWS_REGION']}"
    drawn = int(read(key).get("revision", {"N": "0"})["N"])
    put(key, drawn + 1, {"drawn": drawn + 1})


def request_of(job: dict, name: str) -> dict:
    arguments = [
        word
        for one in job["arguments"]
        for word in (
            "--conf",
            f"spark.hadoop.{job['namespace']}.{one['argument']}={one['value']}",
        )
    ]
    return {
        "Name": f"ecm-bench-{job['job_name']}-{name}",
        "ReleaseLabel": job["release"],
        "LogUri": f"s3://{job['log_bucket']}/",
        "JobFlowRole": "EMR_EC2_DefaultRole",
        "ServiceRole": "EMR_DefaultRole",
        "Applications": [{"Name": "Spark"}],
        "Instances": {
            "InstanceGroups": [
                {"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1},
                {"InstanceRole": "CORE", "InstanceType": "m5.2xlarge", "InstanceCount": 1},
            ],
            "Ec2SubnetId": job["subnet"],
            "KeepJobFlowAliveWhenNoSteps": False,
        },
        "Steps": [
            {
                "Name": f"ecm-bench-{job['job_name']}",
                "ActionOnFailure": "TERMINATE_CLUSTER",
                "HadoopJarStep": {
                    "Jar": "command-runner.jar",
                    "Args": ["spark-submit", *arguments, job["code_entrypoint"]],
                },
            }
        ],
        "Tags": [{"Key": "ecm:stage", "Value": "bench"}],
    }


def handler(event: dict, _context: object) -> dict:
    execution = event["execution"]["arn"]
    if read(execution):
        raise RuntimeError("each execution of the benchmark is a new one")
    draw_turn()
    put(execution, 1, event)
    cluster = EMR.run_job_flow(**request_of(event["job"], event["execution"]["name"]))["JobFlowId"]
    read(execution)
    put(execution, 2, {**event, "cluster": cluster})
    return {"v": 1, "execution": event["execution"], "next": "await", "cluster": cluster}
