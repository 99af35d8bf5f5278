import json
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from synthesis import EVERYTHING, PLAIN, Service, Template  # noqa: E402


def _make(folder: pathlib.Path, settings: dict) -> Service:
    service = Service(folder)
    service.configure(settings)
    service.package()
    return service


@pytest.fixture(scope="session")
def plain_service(tmp_path_factory) -> Service:
    return _make(tmp_path_factory.mktemp("plain"), PLAIN)


@pytest.fixture(scope="session")
def full_service(tmp_path_factory) -> Service:
    return _make(tmp_path_factory.mktemp("everything"), EVERYTHING)


def _read(service: Service) -> Template:
    return Template(json.loads(service.template_file.read_text()))


@pytest.fixture(scope="session")
def plain(plain_service) -> Template:
    """With no settings but what nearly everybody has."""
    return _read(plain_service)


@pytest.fixture(scope="session")
def full(full_service) -> Template:
    """With every setting that the functions know."""
    return _read(full_service)
