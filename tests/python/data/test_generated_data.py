"""The files under data/ that a program makes are what it makes."""

import importlib.metadata
import importlib.util
import json
import pathlib

import botocore
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]


def program(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "data" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MODELS = program("generate_service_models")
TYPES = program("generate_instance_types")


def test_the_generator_runs_with_the_botocore_of_these_tests():
    assert MODELS.VERSION == botocore.__version__


@pytest.mark.parametrize("service, path, operations", MODELS.SERVICES)
def test_the_committed_model_is_what_the_generator_makes(service, path, operations):
    committed = (ROOT / path).read_text(encoding="utf-8")
    assert committed == MODELS.generate(service, operations)


@pytest.mark.parametrize("service, path, operations", MODELS.SERVICES)
def test_a_model_tells_every_operation_of_the_service_once(service, path, operations):
    model = json.loads((ROOT / path).read_text(encoding="utf-8"))
    assert list(model["operations"]) == sorted(operations)
    assert not set(model["others"]) & set(operations)
    shapes = model["shapes"]
    for shape in shapes.values():  # nothing refers to a shape that is not there
        parts = list(shape.get("members", {}).values())
        parts += [shape[part] for part in ("member", "key", "value") if part in shape]
        assert set(parts) <= set(shapes)


def test_the_generator_refuses_another_botocore(monkeypatch):
    monkeypatch.setattr(botocore, "__version__", "1.0.0")
    with pytest.raises(SystemExit, match="1.44.5 is wanted"):
        MODELS.main()


@pytest.mark.parametrize("package", TYPES.VERSIONS)
def test_the_generator_runs_with_the_packages_of_these_tests(package):
    assert TYPES.VERSIONS[package] == importlib.metadata.version(package)


def test_the_committed_instance_types_are_what_the_generator_makes():
    assert (ROOT / TYPES.PATH).read_text(encoding="utf-8") == TYPES.generate()


def test_the_generator_of_instance_types_refuses_another_package(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda package: "1.0.0")
    with pytest.raises(SystemExit, match="cfn-lint 1.58.0 is wanted"):
        TYPES.main()
