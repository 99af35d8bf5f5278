"""The rules of this tree that no compiler checks. Each rule yields `path:line: what is wrong`.

python3 tests/tidy/tidy.py [ROOT]
"""

import dataclasses
import os
import pathlib
import re
import sys
from collections.abc import Callable, Iterator

MAX_LINES = 500
CODE = {".cc", ".h", ".js", ".py", ".sh", ".cmake"}
IGNORED = {
    "build",
    "dist",
    "node_modules",
    "__pycache__",
    ".git",
    ".deploy",
    ".emrctl",
    ".serverless",
    ".cache",
    ".pytest_cache",
}


@dataclasses.dataclass(frozen=True)
class Tree:
    """The project's files, by path relative to its root, and the text of each."""

    texts: dict[str, str]

    @staticmethod
    def read(root: pathlib.Path) -> "Tree":
        texts = {}
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(
                f for f in folders if f not in IGNORED and not f.startswith(".venv")
            )
            for name in sorted(files):
                path = pathlib.Path(folder, name)
                if path.is_symlink() or name == ".git":
                    continue
                try:
                    texts[path.relative_to(root).as_posix()] = path.read_text(encoding="utf-8")
                except UnicodeDecodeError:
                    continue  # not text: no rule speaks of it
        return Tree(texts)

    def cpp(self) -> Iterator[tuple[str, str]]:
        for path, text in self.texts.items():
            if path.startswith(("src/", "apps/")) and path.endswith((".cc", ".h")):
                yield path, text


def is_test(path: str) -> bool:
    return path.endswith("_test.cc") or "/testing/" in path or path.startswith("tests/")


def module_of(path: str) -> str:
    return path.split("/")[1] if path.startswith("src/") else ""


def without_literals(line: str) -> str:
    """Without the comment at its end and the insides of its strings."""
    return re.sub(r"//.*", "", re.sub(r'"(\\.|[^"\\])*"', '""', line))


# What reaches the real world, and the only folders that may.
REAL = ("src/env/real/",)
REAL_OR_LOCAL = ("src/env/real/", "src/local/")
REAL_OR_HTTP = (*REAL_OR_LOCAL, "src/http/")
REAL_WORLD = [
    (
        "reads a clock",
        REAL,
        r"_clock::now\(|\bclock_gettime\(|\bgettimeofday\(|\btime\((nullptr|NULL|0)\)",
    ),
    ("sleeps", REAL, r"\bsleep_(for|until)\b|\bu?sleep\(|\bnanosleep\("),
    ("asks for entropy", REAL, r"\brandom_device\b|\bgetrandom\(|\bgetentropy\("),
    ("reads the environment", REAL, r"\b(secure_)?getenv\(|\benviron\b"),
    (
        "opens a socket",
        REAL_OR_HTTP,
        r"\bsocket\(AF_|\bsocketpair\(|\bgetaddrinfo\(|<boost/asio/(ip|local)/|asio::(ip|local)::",
    ),
    (
        "starts a process",
        REAL_OR_LOCAL,
        r"\bv?fork\(\)|\bexec[lv]p?e?\(|\bposix_spawnp?\(|\bwaitpid\(|\bpopen\(|std::system\(",
    ),
    ("opens a file", REAL_OR_LOCAL, r"\bfopen\(|std::[io]?fstream\b|::open\(|::openat\("),
]
# The supervisor is a process of its own: it outlives the program whose ports it would take, and
# only real processes on real time can prove that it does.
OWN_PROCESS = (
    "src/local/supervisor.cc",
    "src/local/supervisor_test.cc",
    "src/local/process_tree_test.cc",
    "src/store/sqlite_document_store_test.cc",
)
# Golden files, descriptions and definitions are read where people start programs and by tests; the
# stack on one machine keeps its notices and records as files.
MAY_OPEN_FILES = ("apps/", "src/cli/", "src/local_stack/", "src/sim/")


def real_world(tree: Tree) -> Iterator[str]:
    for path, text in tree.cpp():
        for number, line in enumerate(text.splitlines(), start=1):
            code = without_literals(line)
            for what, allowed, pattern in REAL_WORLD:
                if path.startswith(allowed) or not re.search(pattern, code):
                    continue
                if path in OWN_PROCESS:
                    continue
                if what == "opens a file" and (path.startswith(MAY_OPEN_FILES) or is_test(path)):
                    continue
                yield f"{path}:{number}: {what} outside {' and '.join(allowed)}; take it from env"


def readme(tree: Tree) -> Iterator[str]:
    rooms = r"(src/[^/]+|bench|examples/[^/]+)/.+"
    folders = {match[1] for path in tree.texts if (match := re.fullmatch(rooms, path))}
    for folder in sorted(folders):
        # Interface headers may come before the module: it is one when it has a CMakeLists.txt.
        is_room = not folder.startswith("src/") or f"{folder}/CMakeLists.txt" in tree.texts
        if is_room and f"{folder}/README.md" not in tree.texts:
            yield f"{folder}: no README.md that says what belongs here"


def length(tree: Tree) -> Iterator[str]:
    for path, text in tree.texts.items():
        lines = text.count("\n")
        if pathlib.PurePath(path).suffix in CODE and lines > MAX_LINES:
            yield f"{path}: {lines} lines, more than {MAX_LINES}: split it by meaning"


def marks(tree: Tree) -> Iterator[str]:
    pattern = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" * 3]) + r")\b")
    for path, text in tree.texts.items():
        for number, line in enumerate(text.splitlines(), start=1):
            if pattern.search(line):
                yield f"{path}:{number}: unfinished work is an issue, not a mark in the text"


def places(tree: Tree) -> Iterator[str]:
    hosts = [
        "pypi" + r"\.org",
        "pythonhosted" + r"\.org",
        "npmjs" + r"\.(org|com)",
        r"maven\.(org|apache)",
        "crates" + r"\.io",
        r"proxy\.golang" + r"\.org",
        r"(deb|security|snapshot)\.debian" + r"\.org",
        "docker" + r"\.(io|com)",
        "spark-packages" + r"\.org",
    ]
    host = re.compile(r"\b(" + "|".join(hosts) + r")\b")
    folder = re.compile(r"(?<![\w.{}$-])/(wo" + "rk|ro" + r"ot|tmp/wt|Users|home/(?!hadoop\b)\w+)/")
    for path, text in tree.texts.items():
        for number, line in enumerate(text.splitlines(), start=1):
            if host.search(line):
                yield f"{path}:{number}: names a package registry; the machine's clients know theirs"
            if folder.search(line):
                yield f"{path}:{number}: names a folder of somebody's machine"


def modules(tree: Tree) -> dict[str, dict[str, list[str]]]:
    """What each `ecm_module(...)` says: {"job": {"DEPS": ["base"], "SOURCES": [...]}}."""
    found = {}
    for path, text in tree.texts.items():
        if not re.fullmatch(r"src/[^/]+/CMakeLists\.txt", path):
            continue
        for call in re.findall(r"ecm_module\(([^)]*)\)", re.sub(r"#.*", "", text)):
            name, *words = call.split()
            key, lists = "", {"DEPS": [], "TEST_DEPS": [], "SOURCES": [], "TESTS": [], "LIBS": []}
            for word in words:
                if word in lists:
                    key = word
                elif key:
                    lists[key].append(word)
            found[name] = lists
    return found


def reachable(graph: dict[str, dict[str, list[str]]], names: list[str]) -> set[str]:
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += graph.get(name, {}).get("DEPS", [])
    return seen


def includes(tree: Tree) -> Iterator[str]:
    graph = modules(tree)
    all_modules = {module_of(path) for path, _ in tree.cpp()} - {""}
    for path, text in tree.cpp():
        name = module_of(path)
        lists = graph.get(name, {})
        may_use_doubles = is_test(path) or path.startswith(("src/sim/", "apps/sim"))
        seen = reachable(graph, lists.get("DEPS", [])) | {name}
        if is_test(path):
            seen |= reachable(graph, lists.get("TEST_DEPS", []))
        for number, line in enumerate(text.splitlines(), start=1):
            match = re.match(r'\s*#\s*include\s*"([^"/]+)/([^"]*)"', line)
            if not match or match[1] not in all_modules:
                continue
            if name in graph and match[1] not in seen:
                yield f"{path}:{number}: includes {match[1]}, which is not in the DEPS of {name}"
            if match[2].startswith("testing/") and not may_use_doubles:
                yield f"{path}:{number}: a test double outside a test"


def cycles(tree: Tree) -> Iterator[str]:
    graph = modules(tree)
    in_a_circle = [name for name, lists in graph.items() if name in reachable(graph, lists["DEPS"])]
    if in_a_circle:
        yield f"src: modules that depend on themselves through their DEPS: {sorted(in_a_circle)}"


def listed(tree: Tree) -> Iterator[str]:
    for path, _ in tree.cpp():
        if not path.endswith(".cc"):
            continue
        parent = pathlib.PurePosixPath(path).parent
        while f"{parent}/CMakeLists.txt" not in tree.texts and parent.parts:
            parent = parent.parent
        if not parent.parts:
            yield f"{path}: no CMakeLists.txt above it"
            continue
        text = re.sub(r"#.*", "", tree.texts[f"{parent}/CMakeLists.txt"])
        relative = pathlib.PurePosixPath(path).relative_to(parent).as_posix()
        if relative not in re.split(r"[\s()]+", text):
            yield f"{path}: not in {parent}/CMakeLists.txt, so nobody builds it"


def scripts(tree: Tree) -> Iterator[str]:
    for path, text in tree.texts.items():
        first = text.split("\n", 1)[0]
        if re.fullmatch(r"#!.*\bbash", first) and "\nset -euo pipefail\n" not in text:
            yield f"{path}: a bash script without `set -euo pipefail`"


def test_names(tree: Tree) -> Iterator[str]:
    """pytest takes two files of one name for one module, and reads neither."""
    places: dict[str, str] = {}
    for path in sorted(tree.texts):
        name = pathlib.PurePosixPath(path).name
        if not re.fullmatch(r"test_\w+\.py", name):
            continue
        if name in places:
            yield f"{path}: {places[name]} has the same name"
        places.setdefault(name, path)


RULES: dict[str, Callable[[Tree], Iterator[str]]] = {
    rule.__name__: rule
    for rule in (
        real_world,
        readme,
        length,
        marks,
        places,
        includes,
        cycles,
        listed,
        scripts,
        test_names,
    )
}


def problems(tree: Tree) -> list[str]:
    return [line for rule in RULES.values() for line in dict.fromkeys(rule(tree))]


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    found = problems(Tree.read(root))
    print("\n".join(found) if found else "tidy")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
