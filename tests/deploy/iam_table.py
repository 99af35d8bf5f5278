"""The table of permissions in docs/iam.md, out of the template with every option.

    .venv-test/bin/python tests/deploy/iam_table.py     # brings it up to date
"""

import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from synthesis import (  # noqa: E402
    ACCOUNT,
    EVERYTHING,
    HANDLERS,
    KEY,
    REGION,
    ROOT,
    Service,
    Template,
)

DOCUMENT = ROOT / "docs" / "iam.md"
START, END = "<!-- table -->", "<!-- end of table -->"

WHY = {
    "Jobs": "the records of jobs",
    "JobsByIndex": "finds a job by its cluster, or those that are open",
    "CreateCluster": "creates a cluster, which must have the tags of this stage",
    "TagNewCluster": "EMR wants it beside RunJobFlow where a request has tags",
    "ListClusters": "looks for a cluster whose id nobody learned, or that nobody looks after",
    "ClustersOfStage": "clusters with the tag of this stage, and no others",
    "LookAtClusters": "must see clusters of our name that have lost their tags, to tell people",
    "PassServiceRole": "the role by which EMR works",
    "PassNodeRoles": "the roles of the nodes",
    "PassAutoscalingRole": "the role of custom scaling policies",
    "PassFurtherRoles": "what `passable_role_arns` names",
    "FirstClusterOfAccount": "EMR makes its cleanup role with an account's first cluster",
    "AnswerTokens": "wakes an execution of our state machine",
    "ListExecutions": "which executions run, in pages and not one by one",
    "LookAtExecutions": "whether an execution is over is asked, not believed",
    "ReadLogs": "the cause of a failure, from the environment's log bucket",
    "TellLateFromDenied": "without it S3 says 403, not 404, of a log that is late",
    "TellPeople": "tells people what the sweep found",
    "KeyOfTopic": "with `kms_key_arn`: the topic is encrypted with it",
    "DeadLetters": "Lambda keeps what an asynchronous invocation could not do",
    "OwnLog": "Lambda writes the function's log",
    "Traces": "with `tracing`: Lambda sends traces",
    "NetworkInterfaces": "with `vpc`: Lambda makes the interfaces",
    "NotByItsCode": "with `vpc`: denied to the function's code",
    "KeyOfEnvironment": "with `kms_key_arn`: Lambda reads the environment",
}


def shown(text: str) -> str:
    """With words for what differs between environments."""
    for name, word in ((KEY, "the key"), (ACCOUNT, "ACCOUNT"), (REGION, "REGION")):
        text = text.replace(name, word)
    text = text.replace("ecm-dev", "ecm-ENV").replace("emr/dev/", "emr/ENV/")
    text = text.removeprefix("arn:aws:").replace("my-logs", "LOG_BUCKET")
    return "ENV" if text == "dev" else text


def condition_of(statement: dict) -> str:
    parts = []
    for operator in statement.get("Condition", {}).values():
        for key, value in operator.items():
            values = [value] if isinstance(value, str) else value
            parts.append(f"`{key}` = {' or '.join(shown(v) for v in values)}")
    return ", ".join(parts)


def row(who: str, statement: dict) -> str:
    verb = "denied: " if statement["Effect"] == "Deny" else ""
    actions = ", ".join(f"`{action}`" for action in statement["Action"])
    resources = ", ".join(f"`{shown(resource)}`" for resource in statement["Resource"])
    condition = condition_of(statement)
    return f"| {who} | {verb}{actions} | {resources} | {condition} | {WHY[statement['Sid']]} |"


def table(template: Template) -> str:
    lines = ["| function | action | resource | condition | why |", "| --- " * 5 + "|"]
    of_all = []
    for handler in HANDLERS:
        for statement in template.statements(handler):
            text = json.dumps(statement).replace(f"ecm-dev-{handler}", "ecm-dev-FUNCTION")
            own = json.loads(text)
            if statement["Sid"] in ("OwnLog", "Traces", "NetworkInterfaces", "NotByItsCode"):
                of_all.append(row("each", own))
            elif statement["Sid"] == "KeyOfEnvironment":
                of_all.append(row("each", statement))
            else:
                lines.append(row(f"`{handler}`", statement))
    return "\n".join(lines + list(dict.fromkeys(of_all)))


def with_table(document: str, made: str) -> str:
    before, _, rest = document.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{made}\n{END}{after}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        service = Service(pathlib.Path(folder) / "service")
        service.configure(EVERYTHING)
        text = with_table(DOCUMENT.read_text("utf-8"), table(service.package()))
    DOCUMENT.write_text(text, "utf-8")
