"""moto's server and ours, asked the same by boto3. What differs must be declared with its reason in
differences.json; what is declared must still differ.

Each pattern there is a line as this test prints it, `*` standing for any text.
"""

import json
import pathlib
import urllib.request

import pytest
from differential import Recorder, differences, matches
from servers import ROOT, emrctl_server, moto_server
from stories import STORIES

DECLARED = json.loads((pathlib.Path(__file__).parent / "differences.json").read_text())
PATTERNS = [pattern for entry in DECLARED for pattern in entry["differences"]]
MOTO = pathlib.Path(__import__("moto").__file__).parent
SCRIPT = "#!/bin/bash\nset -e\n[ $# = 2 ]\n"


def stories_of(server, really_runs: bool) -> dict[str, Recorder]:
    told = {}
    for name, story in STORIES.items():
        told[name] = Recorder(server.url, really_runs)
        story(told[name])
    return told


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    folder = tmp_path_factory.mktemp("differential")
    for bucket, files in {"scripts": {"ready.sh": SCRIPT}, "logs": {}}.items():
        place = folder / "state" / "s3" / bucket
        place.mkdir(parents=True)
        for name, text in files.items():
            (place / name).write_text(text)
    with moto_server(folder) as moto, emrctl_server(folder / "state") as ours:
        settings = json.dumps({"stepfunctions": {"execute_state_machine": True}}).encode()
        urllib.request.urlopen(moto.url + "/moto-api/config", settings, timeout=30).read()
        yield stories_of(moto, really_runs=False), stories_of(ours, really_runs=True)


@pytest.fixture(scope="module")
def found(both) -> dict[str, list[str]]:
    moto, ours = both
    return {name: differences(name, moto[name], ours[name]) for name in STORIES}


@pytest.mark.parametrize("story", STORIES)
def test_every_difference_is_declared(story, found):
    undeclared = [
        line for line in found[story] if not any(matches(pattern, line) for pattern in PATTERNS)
    ]
    assert undeclared == [], "\n" + "\n".join(undeclared)


def test_every_declared_difference_is_there(found):
    lines = [line for story in found.values() for line in story]
    gone = [pattern for pattern in PATTERNS if not any(matches(pattern, line) for line in lines)]
    assert gone == [], "remove what differs no more:\n" + "\n".join(gone)


def test_every_difference_has_a_reason():
    for entry in DECLARED:
        assert set(entry) == {"reason", "differences"}
        assert len(entry["reason"].split()) >= 3 and entry["differences"]


def operations_of_moto(service: str) -> set[str]:
    """By the methods of its responses: `def describe_step(self) -> …`."""
    text = (MOTO / service / "responses.py").read_text()
    words = [line.split("(")[0].split()[1] for line in text.splitlines() if "    def " in line]
    return {"".join(part.title() for part in word.split("_")) for word in words if word[0] != "_"}


@pytest.mark.parametrize("service", ["emr", "stepfunctions"])
def test_the_stories_call_every_operation_that_both_have(service, both):
    called = set().union(*(told.operations for told in both[0].values()))
    model = json.loads((ROOT / "data" / service / "service_model.json").read_text())
    assert operations_of_moto(service) & set(model["operations"]) - called == set()
