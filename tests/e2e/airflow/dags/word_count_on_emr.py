"""One cluster for one Spark step, made of Airflow's own operators and sensors.

The file that ECM_DAG_REQUEST names is JSON: `cluster`, what RunJobFlow gets without steps, and
`steps`. The endpoint is that of the connection `aws_default`.
"""

import json
import os
import pathlib

from airflow.providers.amazon.aws.operators.emr import (
    EmrAddStepsOperator,
    EmrCreateJobFlowOperator,
    EmrTerminateJobFlowOperator,
)
from airflow.providers.amazon.aws.sensors.emr import EmrJobFlowSensor, EmrStepSensor
from airflow.sdk import DAG

SECONDS_BETWEEN_LOOKS = 1.0

request = json.loads(pathlib.Path(os.environ["ECM_DAG_REQUEST"]).read_text())

with DAG("word_count_on_emr", schedule=None):
    create = EmrCreateJobFlowOperator(
        task_id="create_cluster", emr_conn_id=None, job_flow_overrides=request["cluster"]
    )
    add = EmrAddStepsOperator(
        task_id="add_steps", job_flow_id=create.output, steps=request["steps"]
    )
    step_is_done = EmrStepSensor(
        task_id="step_is_done",
        job_flow_id=create.output,
        step_id="{{ ti.xcom_pull(task_ids='add_steps')[0] }}",
        poke_interval=SECONDS_BETWEEN_LOOKS,
    )
    end = EmrTerminateJobFlowOperator(task_id="end_cluster", job_flow_id=create.output)
    cluster_is_gone = EmrJobFlowSensor(
        task_id="cluster_is_gone",
        job_flow_id=create.output,
        poke_interval=SECONDS_BETWEEN_LOOKS,
    )
    create >> add >> step_is_done >> end >> cluster_is_gone
