"""The files that the C++ tests of src/aws_config check are what botocore says."""

import json

import aws_config_golden
import pytest


@pytest.mark.parametrize("name", aws_config_golden.FILES)
def test_botocore_says_the_same_again(name):
    assert (aws_config_golden.GOLDEN / name).read_text() == aws_config_golden.FILES[name]()


def test_the_random_files_are_worth_their_number():
    cases = json.loads((aws_config_golden.GOLDEN / "shared_configs.json").read_text())
    read = [case for case in cases if "error" not in case]
    assert len(cases) / 2 < len(read) < len(cases)
    assert sum(len(case["profiles"]) > 2 for case in read) > 50
    assert any("." in member for case in read for member in case["profiles"].get("default", {}))


def test_the_random_places_are_worth_their_number():
    cases = json.loads((aws_config_golden.GOLDEN / "places.json").read_text())
    found = [case["place"] for case in cases]
    assert {place for place in found if found.count(place) >= 5} == {
        *("env", "assume-role", "assume-role-with-web-identity", "sso", "shared-credentials-file"),
        *("custom-process", "config-file", "container-role", "error", "nothing"),
    }
