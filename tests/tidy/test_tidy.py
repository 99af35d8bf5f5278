"""The tree is tidy, and each rule of tidy.py can fail."""

import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import tidy  # noqa: E402

GOOD = {
    "src/base/README.md": "base\n",
    "src/base/CMakeLists.txt": "ecm_module(base\n  SOURCES text.cc)\n",
    "src/base/text.cc": '#include "base/text.h"\n',
    "src/base/text.h": "#pragma once\n",
    "src/env/README.md": "env\n",
    "src/env/CMakeLists.txt": "ecm_module(env\n  DEPS base\n  SOURCES real/clock.cc testing/fake.cc)\n",
    "src/env/real/clock.cc": "auto now = std::chrono::system_clock::now();\n",
    "src/env/testing/fake.h": "#pragma once\n",
    "src/env/testing/fake.cc": '#include "env/testing/fake.h"\n',
    "src/job/README.md": "job\n",
    "src/job/CMakeLists.txt": (
        "ecm_module(job  # the description\n  DEPS env\n  SOURCES job.cc\n"
        "  TESTS job_test.cc\n  TEST_DEPS plan)\n"
    ),
    "src/job/job.cc": '#include "base/text.h"\n#include <vector>\n',
    "src/job/job_test.cc": '#include "env/testing/fake.h"\n#include "plan/plan.h"\n',
    "src/plan/README.md": "plan\n",
    "src/plan/CMakeLists.txt": "ecm_module(plan\n  DEPS base)\n",
    "src/plan/plan.h": "#pragma once\n",
    "tests/plan/README.md": "plan\n",
    "tests/plan/test_plan.py": "\n",
}

# rule, file, its text, what the complaint must say
BAD = [
    (
        "real_world",
        "src/job/job.cc",
        "auto t = std::chrono::steady_clock::now();\n",
        "reads a clock",
    ),
    ("real_world", "src/job/job.cc", "auto t = time(nullptr);\n", "reads a clock"),
    ("real_world", "src/job/job_test.cc", "std::this_thread::sleep_for(1s);\n", "sleeps"),
    ("real_world", "src/job/job.cc", "std::random_device device;\n", "entropy"),
    ("real_world", "src/job/job.cc", 'auto* home = std::getenv("HOME");\n', "environment"),
    ("real_world", "src/job/job.cc", "int fd = ::socket(AF_INET, SOCK_STREAM, 0);\n", "socket"),
    ("real_world", "src/job/job.cc", "#include <boost/asio/ip/tcp.hpp>\n", "socket"),
    ("real_world", "src/job/job.cc", "const int pid = fork();\n", "process"),
    ("real_world", "src/job/job.cc", "execvp(argv[0], argv);\n", "process"),
    ("real_world", "src/job/job.cc", "std::ifstream in(path);\n", "file"),
    ("readme", "src/plan/README.md", None, "no README.md"),
    ("readme", "examples/new/job.json", "{}\n", "no README.md"),
    ("length", "src/job/job.cc", "\n" * (tidy.MAX_LINES + 1), "lines"),
    ("marks", "src/job/job.cc", "// TO" + "DO: later\n", "unfinished"),
    ("marks", "docs/notes.md", "X" * 3 + "\n", "unfinished"),
    ("places", "scripts/fetch", "curl https://py" + "pi.org/simple\n", "registry"),
    ("places", "src/job/job_test.cc", 'Read("/wo' + 'rk/data.json");\n', "machine"),
    ("places", "README.md", "see file:///ro" + "ot/notes\n", "machine"),
    ("includes", "src/plan/plan.h", '#include "job/job.h"\n', "not in the DEPS of plan"),
    ("includes", "src/job/job.cc", '#include "plan/plan.h"\n', "not in the DEPS of job"),
    ("includes", "src/job/job.cc", '#include "env/testing/fake.h"\n', "test double"),
    ("cycles", "src/base/CMakeLists.txt", "ecm_module(base\n  DEPS job)\n", "themselves"),
    ("listed", "src/job/forgotten.cc", "\n", "nobody builds it"),
    ("listed", "apps/tool/main.cc", "\n", "no CMakeLists.txt"),
    ("test_names", "tests/python/test_plan.py", "\n", "the same name"),
    ("scripts", "scripts/loose", "#!/usr/bin/env bash\necho\n", "pipefail"),
]


def test_the_project_is_tidy():
    assert tidy.problems(tidy.Tree.read(HERE.parent.parent)) == []


def test_a_good_tree_is_tidy():
    assert tidy.problems(tidy.Tree(GOOD)) == []


@pytest.mark.parametrize(("rule", "path", "text", "says"), BAD)
def test_a_rule_finds_what_was_planted(rule, path, text, says):
    texts = dict(GOOD)
    if text is None:
        del texts[path]
    else:
        texts[path] = text
    found = list(tidy.RULES[rule](tidy.Tree(texts)))
    assert len(found) == 1 and says in found[0], found


def test_every_rule_has_been_seen_to_fail():
    assert {rule for rule, *_ in BAD} == set(tidy.RULES)


def test_words_in_comments_and_strings_are_no_calls():
    texts = dict(GOOD)
    texts["src/job/job.cc"] = (
        '// like sleep_for(1s)\nconst char* k = "random_device";  // getenv(x)\n'
    )
    assert list(tidy.real_world(tidy.Tree(texts))) == []


def test_a_file_is_read_where_people_start_programs():
    texts = dict(GOOD)
    texts["src/cli/README.md"] = "cli\n"
    texts["src/cli/run.cc"] = "std::ifstream in(path);\n"
    assert list(tidy.real_world(tidy.Tree(texts))) == []


def test_the_tree_on_disk_is_read_without_what_is_built(tmp_path):
    for path in ("src/base/a.cc", "build/release/a.cc", ".venv-test/lib/a.py", ".ci/run"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text("x\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff\xfe")
    assert set(tidy.Tree.read(tmp_path).texts) == {"src/base/a.cc", ".ci/run"}
