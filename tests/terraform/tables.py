"""The tables of inputs and outputs in terraform/**/README.md, out of variables.tf and outputs.tf.

    .venv-test/bin/python tests/terraform/tables.py     # brings all of them up to date
"""

import pathlib
import re

import hcl2

ROOT = pathlib.Path(__file__).resolve().parents[2]
START, END = "<!-- tables -->", "<!-- end of tables -->"


def text_of(value) -> str:
    """An HCL value as one writes it, in one line."""
    text = str(value).strip()
    text = re.sub(r"^\$\{(.*)\}$", r"\1", text, flags=re.S).strip('"')
    return re.sub(r"\s+", " ", text)


def blocks(folder: pathlib.Path, file: str, kind: str) -> list[tuple[str, dict]]:
    path = folder / file
    if not path.exists():
        return []
    found = []
    for entry in hcl2.loads(path.read_text()).get(kind, []):
        for name, body in entry.items():
            if isinstance(body, dict):
                found.append((name.strip('"'), body))
    return sorted(found)


def table(folder: pathlib.Path) -> str:
    lines = []
    inputs = blocks(folder, "variables.tf", "variable")
    if inputs:
        lines += ["| input | type | default | meaning |", "| --- | --- | --- | --- |"]
        for name, body in inputs:
            default = f"`{shown(body['default'])}`" if "default" in body else "required"
            kind = text_of(body["type"]).replace("|", "\\|")
            lines.append(f"| `{name}` | `{kind}` | {default} | {text_of(body['description'])} |")
        lines.append("")
    lines += ["| output | what |", "| --- | --- |"]
    lines += [
        f"| `{name}` | {text_of(body['description'])} |"
        for name, body in blocks(folder, "outputs.tf", "output")
    ]
    return "\n".join(lines) + "\n"


def shown(default) -> str:
    if default is None or default is True or default is False:
        return {None: "null", True: "true", False: "false"}[default]
    return "[]" if default == [] else "{}" if default == {} else text_of(default)


def folders() -> list[pathlib.Path]:
    return [ROOT / "terraform" / "base", *sorted((ROOT / "terraform" / "modules").iterdir())]


def with_table(folder: pathlib.Path) -> str:
    readme = (folder / "README.md").read_text()
    head, rest = readme.split(START)
    return head + START + "\n" + table(folder) + END + rest.split(END)[1]


if __name__ == "__main__":
    for each in folders():
        (each / "README.md").write_text(with_table(each))
