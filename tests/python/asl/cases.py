"""The cases that this executor and moto's engine are given."""

import json
import pathlib

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
CASES = REPOSITORY / "tests" / "asl" / "cases"


def load_case(path):
    """The case with its definition read and its placeholders filled in."""
    case = json.loads(path.read_text())
    if "definition_file" in case:
        text = (REPOSITORY / case["definition_file"]).read_text()
        for name, value in case.get("substitutions", {}).items():
            text = text.replace("${" + name + "}", value)
        case["definition"] = json.loads(text)
    return case


def runnable_cases():
    """Cases whose definition is in this tree."""
    for path in sorted(CASES.glob("*.json")):
        definition_file = json.loads(path.read_text()).get("definition_file")
        if definition_file is None or (REPOSITORY / definition_file).exists():
            yield path
