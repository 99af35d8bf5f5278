import sys
import pathlib

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from harness import Workplace  # noqa: E402


@pytest.fixture
def place(tmp_path):
    """A workplace; whatever a run leaves behind is a failure of its test, and is ended."""
    workplace = Workplace(tmp_path)
    yield workplace
    left = workplace.processes()
    workplace.end_everything()
    assert left == [], "processes outlived the test"
