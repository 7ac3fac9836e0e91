"""One deployment for all proofs that need one: two web nodes and two workers behind nginx, with its first people;
and the world of `tests/reach`, for the long walks through it."""

import os
from collections.abc import Iterator

import pytest

from tests.deployed import Deployment, prepared
from tests.first_province import Province, peopled
from tests.reach.conftest import built, world

__all__ = ["built", "world"]


@pytest.fixture(scope="session")
def deployment() -> Iterator[Deployment]:
    with prepared() as made:
        made.init()
        made.join()
        made.start(180)
        yield made


@pytest.fixture(scope="session")
def province(deployment: Deployment) -> Province:
    return peopled(deployment)


@pytest.fixture(autouse=True)
def _only_this_certificate(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients that look at the environment trust the deployment's own certificate."""
    if "deployment" in request.fixturenames or "province" in request.fixturenames:
        made = request.getfixturevalue("deployment")
        monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(made.folder / "tls.pem"))
