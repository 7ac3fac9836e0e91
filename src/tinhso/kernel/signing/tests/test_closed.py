"""In production the development authority is closed: it makes nothing, stamps nothing, and is trusted by nobody."""

from dataclasses import replace
from pathlib import Path

import pytest

from tinhso.config import Instance, instance
from tinhso.kernel.errors import Unavailable
from tinhso.kernel.signing import authority as module
from tinhso.kernel.signing import holders, stamping
from tinhso.kernel.signing.authority import Authority, Subject


@pytest.fixture
def production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    """The code as it is in an instance that is in production."""
    other = Authority(tmp_path / "somebody-elses")
    other.ensure()
    signing = {"roots": [str(other.folder / "root.pem")], "lists": [str(other.folder / "root.crl")]}
    here = replace(instance(), home=tmp_path / "home", production=True, settings={"signing": signing})
    for place in (module, holders, stamping):
        monkeypatch.setattr(place, "instance", lambda: here)
    return here


@pytest.fixture
def closed(production: Instance) -> Authority:
    return Authority(holders.folder(), closed=True)


def test_it_makes_no_key(closed: Authority) -> None:
    with pytest.raises(Unavailable) as said:
        closed.issue("person-a-b", Subject("Trần Văn Bảy", "Ủy ban nhân dân", "agency", "account"))
    assert "tinhso authority --hold" in str(said.value.detail)
    with pytest.raises(Unavailable):
        closed.ensure()
    with pytest.raises(Unavailable):
        closed.private_key("tsa")
    assert not closed.folder.exists()


def test_it_stamps_nothing(production: Instance) -> None:
    with pytest.raises(Unavailable):
        stamping.timestamper()


def test_it_trusts_what_the_settings_name_and_takes_no_certificate_s_word_for_our_ids(
    closed: Authority, tmp_path: Path
) -> None:
    trust = closed.trust()
    other = Authority(tmp_path / "somebody-elses")
    assert trust.roots == (other.certificate("root").public_bytes(module.serialization.Encoding.DER),)
    assert trust.naming == ()
    assert trust.intermediates == ()
    assert len(trust.lists) == 1
    assert closed.root() == other.certificate("root")
