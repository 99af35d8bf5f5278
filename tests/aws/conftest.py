"""One moto for all tests of this folder, and clients of it that nobody records."""

import json
import logging
import urllib.request

import boto3
import pytest
from moto.server import ThreadedMotoServer
from stand_in import REGION


@pytest.fixture(scope="session")
def moto():
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # its line for each request
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    port = server.get_host_and_port()[1]
    executes = json.dumps({"stepfunctions": {"execute_state_machine": True}}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/moto-api/config", executes)
    request.add_header("Content-Type", "application/json")
    urllib.request.urlopen(request).close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOTO_PORT", str(port))  # where its state machines find other services
        yield port
    server.stop()


@pytest.fixture(scope="session")
def aws(moto):
    """Clients of moto that nobody records."""

    def make(service: str):
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=f"http://127.0.0.1:{moto}",
            aws_access_key_id="AKIDPROOF",
            aws_secret_access_key="proof-secret",
        )

    return make
