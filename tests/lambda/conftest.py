import sys
import pathlib

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "endpoint")]

from aws_stub import AwsStub  # noqa: E402
from functions import PACKAGE, SECRETS, Function, unpack  # noqa: E402


@pytest.fixture(scope="session")
def program(tmp_path_factory):
    """The program out of the package that would be deployed."""
    assert PACKAGE.exists(), "no package: run `bash scripts/package` first"
    return unpack(tmp_path_factory.mktemp("package"))


@pytest.fixture
def start(program, tmp_path):
    """Starts functions: `start("wake", VARIABLE="value")`. Nothing they say may hold a secret."""
    functions = []

    def make(handler: str, **variables: str | None) -> Function:
        functions.append(Function(program, tmp_path, handler, **variables))
        return functions[-1]

    yield make
    for function in functions:
        function.close()
        for secret in SECRETS:
            assert secret not in function.text()


@pytest.fixture
def stub():
    """Makes stand-ins for AWS: `stub(answer)`."""
    stubs = []

    def make(answer) -> AwsStub:
        stubs.append(AwsStub(answer))
        return stubs[-1]

    yield make
    for each in stubs:
        each.close()
