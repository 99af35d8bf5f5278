"""Values as they stand in JSON against botocore's shapes, stricter than botocore itself is."""

import functools
import math
import re

import botocore.loaders
import botocore.model

# Java's dialect in the models. Characters beyond the BMP are written there as pairs of surrogates,
# of which Python's strings know nothing.
XML = "[\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff\r\n\t]*"
PATTERNS = {
    r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*": XML,
    r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDBFF-\uDC00\uDFFF\r\n\t]*": XML,
    r"\p{ASCII}*": r"[\x00-\x7f]*",
}


@functools.cache
def service(name: str) -> botocore.model.ServiceModel:
    """The model of "emr" or "stepfunctions"."""
    description = botocore.loaders.Loader().load_service_model(name, "service-2")
    return botocore.model.ServiceModel(description, name)


def violations(shape, value, path: str) -> list[str]:
    """Everything in which `value`, as it stands in the JSON, is not of `shape`."""
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            return [f"{path}: not a structure"]
        found = [f"{path}.{name}: missing" for name in shape.required_members if name not in value]
        for name, member in value.items():
            if name not in shape.members:
                found.append(f"{path}.{name}: not a member of {shape.name}")
            else:
                found += violations(shape.members[name], member, f"{path}.{name}")
        return found
    if kind == "list":
        if not isinstance(value, list):
            return [f"{path}: not a list"]
        found = outside(shape, len(value), path, "elements")
        for index, element in enumerate(value):
            found += violations(shape.member, element, f"{path}[{index}]")
        return found
    if kind == "map":
        if not isinstance(value, dict):
            return [f"{path}: not a map"]
        found = outside(shape, len(value), path, "entries")
        for key, element in value.items():
            found += violations(shape.key, key, f"{path}[{key}] as a key")
            found += violations(shape.value, element, f"{path}[{key}]")
        return found
    return scalar_violations(shape, value, path)


def outside(shape, size, path: str, what: str) -> list[str]:
    low, high = shape.metadata.get("min", -math.inf), shape.metadata.get("max", math.inf)
    return [] if low <= size <= high else [f"{path}: {size} {what} are not in {low}..{high}"]


def scalar_violations(shape, value, path: str) -> list[str]:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    whole = isinstance(value, int) and not isinstance(value, bool)
    right = {
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "integer": whole and -(2**31) <= value < 2**31,
        "long": whole and -(2**63) <= value < 2**63,
        "double": number,
        "float": number,
        "timestamp": number and abs(value) < math.inf,
    }[shape.type_name]
    if not right:
        return [f"{path}: {value!r} is not a {shape.type_name}"]
    if shape.type_name == "string":
        return string_violations(shape, value, path)
    if number and shape.type_name != "timestamp":
        return outside(shape, value, path, "(the value)")
    return []


def string_violations(shape, value: str, path: str) -> list[str]:
    if "enum" in shape.metadata and value not in shape.metadata["enum"]:
        return [f"{path}: {value!r} is not in the enum {shape.name}"]
    found = outside(shape, len(value), path, "characters")
    if pattern := shape.metadata.get("pattern"):
        # A lone surrogate is no character of any pattern.
        if not re.fullmatch(PATTERNS.get(pattern, pattern), value, re.ASCII):
            found.append(f"{path}: {value!r} does not match {pattern}")
    return found


def early_times(shape, value, path: str) -> list[str]:
    """Times before 2020: of what happens in a test they would be in the wrong unit, or zero."""
    if shape.type_name == "structure":
        return sum(
            (
                early_times(shape.members[name], member, f"{path}.{name}")
                for name, member in value.items()
            ),
            [],
        )
    if shape.type_name == "list":
        return sum((early_times(shape.member, v, f"{path}[{i}]") for i, v in enumerate(value)), [])
    if shape.type_name == "timestamp" and not 1577836800 < value < 32503680000:
        return [f"{path}: {value!r} is no time of these years"]
    return []


def answer_violations(operation_model, answer) -> list[str]:
    """Everything in which an answer is not what the operation promises."""
    shape = operation_model.output_shape
    if shape is None:
        return [] if answer == {} else [f"{operation_model.name}: {answer!r} where nothing is due"]
    found = violations(shape, answer, operation_model.name)
    return found or early_times(shape, answer, operation_model.name)
