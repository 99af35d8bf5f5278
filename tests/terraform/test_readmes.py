"""What the READMEs of the modules say of inputs and outputs is what the modules have."""

import hcl2
import pytest
from tables import ROOT, folders, with_table


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_the_tables_are_those_of_the_module(folder):
    assert (folder / "README.md").read_text() == with_table(folder), (
        "run .venv-test/bin/python tests/terraform/tables.py"
    )


def variables():
    text = (ROOT / "terraform" / "base" / "variables.tf").read_text()
    return {name.strip('"'): body for entry in hcl2.loads(text)["variable"]
            for name, body in entry.items() if isinstance(body, dict)}


def test_the_members_of_a_settings_file_are_the_variables():
    import json

    schema = json.loads((ROOT / "environments" / "settings.schema.json").read_text())
    assert set(schema["properties"]) == set(variables()) - {"stage"}


def test_the_example_fits_the_schema():
    import json

    import jsonschema

    folder = ROOT / "environments"
    schema = json.loads((folder / "settings.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    example = json.loads((folder / "example.tfvars.json").read_text())
    validator.validate(example)
    assert not validator.is_valid({**example, "alarm": True})
    assert not validator.is_valid({**example, "job_buckets": {"my-code": "rw"}})
