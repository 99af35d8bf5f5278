#!/usr/bin/env python3
"""Writes what the built-in services know of their requests' shapes, out of botocore's models.

    pip install -r tests/python/requirements.txt && python data/generate_service_models.py

data/emr/service_model.json and data/stepfunctions/service_model.json have the same form:
  operations  each operation that is there and its input shape
  others      the operations of the service that are not there
  shapes      what is reached from the inputs, with what a request can violate and no prose
No network. botocore is pinned, so that the files follow from this program alone.
"""

import json
import pathlib

import botocore
import botocore.loaders
import botocore.model

VERSION = "1.44.5"
ROOT = pathlib.Path(__file__).resolve().parents[1]

EMR = """
AddInstanceFleet AddInstanceGroups AddJobFlowSteps AddTags CancelSteps DescribeCluster
DescribeReleaseLabel DescribeStep GetAutoTerminationPolicy GetBlockPublicAccessConfiguration
GetManagedScalingPolicy ListBootstrapActions ListClusters ListInstanceFleets ListInstanceGroups
ListInstances ListReleaseLabels ListSteps ListSupportedInstanceTypes ModifyCluster
ModifyInstanceFleet ModifyInstanceGroups PutAutoTerminationPolicy PutBlockPublicAccessConfiguration
PutManagedScalingPolicy RemoveAutoTerminationPolicy RemoveManagedScalingPolicy RemoveTags RunJobFlow
SetKeepJobFlowAliveWhenNoSteps SetTerminationProtection SetUnhealthyNodeReplacement
SetVisibleToAllUsers TerminateJobFlows
"""

STEP_FUNCTIONS = """
CreateStateMachine DeleteStateMachine DescribeExecution DescribeStateMachine
DescribeStateMachineForExecution GetExecutionHistory ListExecutions ListStateMachines
SendTaskFailure SendTaskHeartbeat SendTaskSuccess StartExecution StopExecution
"""

# botocore's name of the service, where the file goes, the operations that are there
SERVICES = [
    ("emr", "data/emr/service_model.json", EMR.split()),
    ("stepfunctions", "data/stepfunctions/service_model.json", STEP_FUNCTIONS.split()),
]


def described(shape):
    """What a value of this shape must obey; other shapes by their names."""
    out = {"type": shape.type_name}
    if shape.type_name == "structure":
        if shape.required_members:
            out["required"] = shape.required_members
        out["members"] = {name: member.name for name, member in shape.members.items()}
    elif shape.type_name == "list":
        out["member"] = shape.member.name
    elif shape.type_name == "map":
        out["key"], out["value"] = shape.key.name, shape.value.name
    for fact in ("min", "max", "pattern", "enum"):
        if fact in shape.metadata:
            out[fact] = shape.metadata[fact]
    return out


def parts(shape):
    if shape.type_name == "structure":
        return list(shape.members.values())
    if shape.type_name == "list":
        return [shape.member]
    if shape.type_name == "map":
        return [shape.key, shape.value]
    return []


def reached(inputs):
    """The shapes that requests are made of, by name; a shape may contain itself."""
    found = {}
    waiting = list(inputs)
    while waiting:
        shape = waiting.pop()
        if shape.name not in found:
            found[shape.name] = shape
            waiting += parts(shape)
    return found


def lines(members):
    """One member a line, so that a new version of botocore makes a diff that can be read."""
    return ",\n".join(
        f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in sorted(members.items())
    )


def generate(service, operations):
    """The text of the service's file."""
    loader = botocore.loaders.Loader()
    version = loader.determine_latest_version(service, "service-2")
    model = botocore.model.ServiceModel(loader.load_service_model(service, "service-2"), service)
    inputs = {name: model.operation_model(name).input_shape for name in operations}
    names = {name: shape.name for name, shape in inputs.items()}
    shapes = {name: described(shape) for name, shape in reached(inputs.values()).items()}
    others = sorted(set(model.operation_names) - set(operations))
    source = (
        f"botocore {VERSION} data/{service}/{version} (Apache-2.0), documentation text removed; "
        "the inputs of the operations that are built in; made by data/generate_service_models.py"
    )
    return (
        f'{{\n"source": {json.dumps(source)},\n'
        f'"operations": {{\n{lines(names)}\n}},\n'
        f'"others": {json.dumps(others)},\n'
        f'"shapes": {{\n{lines(shapes)}\n}}\n}}\n'
    )


def main():
    if botocore.__version__ != VERSION:
        raise SystemExit(
            f"botocore {botocore.__version__} is installed; {VERSION} is wanted: "
            "pip install -r tests/python/requirements.txt"
        )
    for service, path, operations in SERVICES:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(generate(service, operations), encoding="utf-8")


if __name__ == "__main__":
    main()
