"""Writes schemas/aws-VERSION.json out of the published CDK bindings of the AWS provider.

    npm pack @cdktf/provider-aws@19.65.1 && tar -xzf cdktf-provider-aws-19.65.1.tgz
    python3 make_schemas.py package

The bindings are generated from the provider's own schema: names, types, what is required, what is
computed, which blocks may come once. They do not hold rules about values (validation, conflicts
between arguments), nor which optional arguments the provider also computes.
"""

import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
RESOURCES = [
    *["cloudwatch_dashboard", "cloudwatch_event_rule", "cloudwatch_event_target"],
    *["cloudwatch_log_group", "cloudwatch_log_metric_filter", "cloudwatch_metric_alarm"],
    *["dynamodb_table", "iam_instance_profile", "iam_role", "iam_role_policy"],
    *["iam_role_policy_attachment", "kms_alias", "kms_key", "sfn_state_machine", "sns_topic"],
    *["sns_topic_policy", "sns_topic_subscription", "sqs_queue", "sqs_queue_policy"],
]
DATA = ["caller_identity", "partition"]

_ATTRS = re.compile(
    r"(?:function (\w+)ToHclTerraform\(struct\)|synthesizeHclAttributes\(\)) \{.*?"
    r"const attrs = \{\n(.*?)\n {4,8}\};",
    re.S,
)
_ENTRY = re.compile(
    r"(\w+): \{\s+value: (.*?),\n\s+isBlock: (\w+),\s+type: \"(\w+)\",\s+"
    r"storageClassType: \"(\w+)\""
)
_COMPUTED = re.compile(
    r"// (\w+) - computed: true, optional: false, required: false\s+get \w+\(\) \{\s+"
    r"return this\.get(String|Number|Boolean|List)Attribute"
)
_INTERFACE = re.compile(r"export interface (\w+) (?:extends [\w.]+ )?\{(.*?)\n\}", re.S)
_MEMBER = re.compile(r"readonly (\w+)(\??): ([^;]+?);", re.S)
_SIMPLE = {"string": "string", "number": "number", "boolean": "bool"}
_TYPES = {"String": "string", "Number": "number", "Boolean": "bool", "List": ["list", "string"]}


def capital(text):
    return text[0].upper() + text[1:]


def type_of(kind, storage):
    """`list`, `stringList` is ["list", "string"]."""
    if kind == "simple":
        return _SIMPLE[storage]
    element = re.fullmatch(r"(string|number|boolean)(List|Map)", storage)
    return [kind, _SIMPLE[element.group(1)]] if element else [kind, "string"]


class Binding:
    """One resource, data source or provider: index.js beside index.d.ts."""

    def __init__(self, folder):
        self.code = (folder / "index.js").read_text()
        declared = (folder / "index.d.ts").read_text()
        self.members = {
            name: {
                member: (optional == "?", re.sub(r"\s+", " ", kind))
                for member, optional, kind in _MEMBER.findall(body)
            }
            for name, body in _INTERFACE.findall(declared)
        }
        self.entries = {
            capital(name) if name else "": _ENTRY.findall(body)
            for name, body in _ATTRS.findall(self.code)
        }
        self.config = next(name for name in self.members if name.endswith("Config"))
        self.version = re.search(r"providerVersion: '([\d.]+)'", self.code).group(1)

    def block(self, name=""):
        interface = self.members[name or self.config]
        result = {"attributes": {}, "blocks": {}}
        for snake, value, is_block, kind, storage in self.entries[name]:
            camel = re.search(r"(?:struct\.|this\._)(\w+)", value).group(1)
            if camel not in interface or snake == "timeouts":
                continue
            optional, declared = interface[camel]
            fate = "optional" if optional else "required"
            if is_block == "true":
                inner = re.match(r"\w+", declared).group(0)
                result["blocks"][snake] = {
                    "nesting": "set" if kind == "set" else "list",
                    "once": "[]" not in declared,
                    fate: True,
                    **self.block(inner),
                }
            else:
                result["attributes"][snake] = {"type": type_of(kind, storage), fate: True}
        if not name:
            for snake, kind in _COMPUTED.findall(self.code):
                result["attributes"].setdefault(snake, {"type": _TYPES[kind], "computed": True})
        return result


def main(package):
    library = pathlib.Path(package) / "lib"

    def read(prefix, name):
        return Binding(library / (prefix + name.replace("_", "-")))

    bindings = {f"aws_{name}": read("", name) for name in RESOURCES}
    schemas = {
        "provider": read("", "provider").block(),
        "resources": {name: binding.block() for name, binding in bindings.items()},
        "data": {f"aws_{name}": read("data-aws-", name).block() for name in DATA},
    }
    version = bindings["aws_sqs_queue"].version
    target = HERE / "schemas" / f"aws-{version}.json"
    target.write_text(json.dumps(schemas, indent=1, sort_keys=True) + "\n")
    print(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
