"""The outcomes of the real handlers against the published schema."""

import json

import jsonschema
import pytest

from shipped import REPOSITORY, STORIES, read_story

NAMES = ["cleanup_unverified", "invalid_job", "job_failed", "succeeded"]


@pytest.fixture(scope="module")
def validator():
    schema = json.loads((REPOSITORY / "schema" / "outcome.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_every_story_is_looked_at():
    assert sorted(path.stem for path in STORIES.glob("*.json")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_outcome_is_as_published(name, validator):
    story = read_story(name)
    validator.validate(story["outcome"])
    assert story["outcome"]["verdict"] == story.get("error", "Succeeded")


@pytest.mark.parametrize("name", NAMES)
def test_the_report_says_the_same_as_the_end(name):
    story = read_story(name)
    reported = story["answers"]["report"][0]["output"]
    assert reported["outcome"] == story["outcome"]
    if story["status"] == "FAILED":
        assert json.loads(reported["failure"]["cause"]) == story["outcome"]
        assert len(reported["failure"]["cause"].encode()) <= 8 * 1024


@pytest.mark.parametrize("change", [
    lambda outcome: outcome.pop("cluster_id"),
    lambda outcome: outcome.update(verdict="Fine"),
    lambda outcome: outcome.update(v=2),
    lambda outcome: outcome["timings"].update(ended="yesterday"),
    lambda outcome: outcome["steps"][0].pop("state"),
], ids=["no cluster", "unknown verdict", "other version", "no time", "step without state"])
def test_the_schema_refuses_what_is_no_outcome(change, validator):
    outcome = read_story("job_failed")["outcome"]
    change(outcome)
    assert not validator.is_valid(outcome)
