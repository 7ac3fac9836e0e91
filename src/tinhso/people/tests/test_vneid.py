"""VNeID over real HTTP with a local provider: good, slow, misshapen, half, doubled, gone, and forged answers."""

from datetime import date
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import SESSION_KEY
from django.test import Client
from tests.peers.vneid import Peer, vneid

from tinhso.kernel.events import history
from tinhso.people.models import Account, Assurance, Identifier, Person
from tinhso.people.tests.conftest import make_account

pytestmark = pytest.mark.django_db

MOTHER = {
    "personal_identification_number": "091198004127",
    "name": "Nguyễn Thị Bé Ba",
    "birthdate": "1998-03-14",
    "gender": "female",
}
HOLDERS = {
    "mother": MOTHER,
    "mothers-other-telephone": MOTHER,
    "father": {**MOTHER, "personal_identification_number": "091095007733", "birthdate": "1995-11-02", "gender": "male"},
    "impossible": {**MOTHER, "birthdate": "1999-03-14"},
}


@pytest.fixture(scope="module")
def provider():
    with vneid(HOLDERS) as peer:
        yield peer


@pytest.fixture
def peer(provider: Peer, settings) -> Peer:
    for name, value in provider.settings().items():
        setattr(settings, name, value)
    provider.now(account="mother")
    return provider


def leave(client, **form):
    return client.post("/dang-nhap/vneid/", form)


def come_back(client, peer: Peer, **form):
    """The whole way: our page, the provider, our page."""
    return client.get(peer.confirm(leave(client, **form)["Location"]))


def refused(client, response) -> str:
    """The words on the page that the reader is sent to."""
    assert response.status_code == 302
    return client.get(response["Location"]).content.decode()


def test_a_new_holder_gets_a_verified_account(client, peer):
    response = come_back(client, peer)
    assert response["Location"] == "/"
    account = Account.objects.get()
    assert (account.assurance, account.verified_how) == (Assurance.VERIFIED, "vneid")
    assert account.person.full_name == "Nguyễn Thị Bé Ba"
    assert client.session[SESSION_KEY] == str(account.pk)


def test_the_same_holder_comes_back_to_the_same_account(client, peer):
    come_back(client, peer)
    client.post("/dang-xuat/")
    come_back(client, peer)
    assert Account.objects.count() == 1


def test_a_known_person_is_found_by_their_number(client, peer):
    known = Person.objects.create(full_name="Nguyễn Thị Bé Ba", birth_date=date(1998, 3, 14), source="test")
    Identifier.objects.create(person=known, kind="personal_number", number="091198004127", valid_from=date(2021, 1, 1))
    come_back(client, peer)
    assert Account.objects.get().person == known


def test_a_citizen_verifies_the_account_they_have(client, peer, citizen, sign_in):
    sign_in("0912345678")
    response = come_back(client, peer)
    assert response["Location"] == "/tai-khoan/"
    citizen.refresh_from_db()
    assert citizen.verified
    assert Account.objects.count() == 1


def test_nothing_that_vneid_said_is_kept_beside_the_person(client, peer):
    come_back(client, peer)
    assert SocialAccount.objects.get().extra_data == {}


def test_a_second_holder_of_the_same_identity_takes_nothing_over(client, peer):
    come_back(client, peer)
    owner = Account.objects.get()
    thief = Client()
    peer.now(account="mothers-other-telephone")
    words = refused(thief, come_back(thief, peer))
    assert "đã gắn với một tài khoản khác" in words
    assert SESSION_KEY not in thief.session
    assert Account.objects.count() == 1
    assert "identity_contested" in [told.envelope.type for told in history(f"account:{owner.pk}")][-1]


def test_a_second_account_takes_nothing_over(client, peer, citizen, sign_in):
    come_back(client, peer)
    other = Client()
    other.post("/dang-nhap/", {"login": "0912345678", "password": "biển xanh hòn tre"})
    peer.now(account="mothers-other-telephone")
    assert "đã gắn với một tài khoản khác" in refused(other, come_back(other, peer))
    citizen.refresh_from_db()
    assert not citizen.verified


def test_an_account_verified_as_somebody_else_is_not_linked(client, peer):
    come_back(client, peer)
    peer.now(account="father")
    words = refused(client, come_back(client, peer))
    assert "danh tính khác" in words
    assert SocialAccount.objects.count() == 1


def test_identity_claims_that_contradict_each_other_are_refused(client, peer):
    peer.now(account="impossible")
    assert "không khớp" in refused(client, come_back(client, peer))
    assert not Account.objects.exists()


@pytest.mark.parametrize("mode", ["slow", "half-answer"])
def test_a_provider_that_does_not_answer_is_said_in_words(client, peer, mode):
    away = leave(client)["Location"]
    back = peer.confirm(away)
    peer.now(mode=mode)
    assert "chưa trả lời" in refused(client, client.get(back))
    assert not Account.objects.exists()


def test_an_unavailable_provider_is_said_before_leaving(client, peer):
    peer.now(mode="unavailable")
    assert "chưa trả lời" in refused(client, leave(client))


@pytest.mark.parametrize(
    "mode",
    [
        "wrong-shape",
        "somebody-else",
        "wrong-nonce",
        "wrong-audience",
        "wrong-issuer",
        "expired",
        "stranger",
        "unsigned",
    ],
)
def test_a_forged_or_misshapen_answer_opens_nothing(client, peer, mode):
    back = peer.confirm(leave(client)["Location"])
    peer.now(mode=mode)
    assert "trả lời không đúng" in refused(client, client.get(back))
    assert SESSION_KEY not in client.session
    assert not Account.objects.exists()


def test_a_misshapen_configuration_is_said_in_words(client, peer):
    peer.now(mode="misshapen-configuration")
    assert "trả lời không đúng" in refused(client, leave(client))


def test_an_answer_without_a_number_verifies_nobody(client, peer):
    back = peer.confirm(leave(client)["Location"])
    peer.now(mode="no-number")
    assert "chưa xác minh được" in refused(client, client.get(back))
    assert not Account.objects.exists()


def test_a_holder_who_stops_is_brought_back_in_words(client, peer):
    peer.now(mode="cancelled")
    assert "Bạn đã dừng" in refused(client, come_back(client, peer))


def test_a_state_that_we_did_not_give_opens_nothing(client, peer):
    back = peer.confirm(leave(client)["Location"])
    parts = urlsplit(back)
    query = {k: v[0] for k, v in parse_qs(parts.query).items()} | {"state": "x" * 16}
    forged = urlunsplit(parts._replace(query=urlencode(query)))
    assert "trả lời không đúng" in refused(client, client.get(forged))
    assert not Account.objects.exists()


def test_an_answer_carried_into_another_browser_opens_nothing(client, peer):
    back = peer.confirm(leave(client)["Location"])
    victim = Client()
    refused(victim, victim.get(back))
    assert SESSION_KEY not in victim.session


def test_an_answer_is_used_only_once(client, peer):
    back = peer.confirm(leave(client)["Location"])
    client.get(back)
    client.post("/dang-xuat/")
    refused(client, client.get(back))
    assert SESSION_KEY not in client.session


def test_coming_back_leads_only_to_our_own_pages(client, peer):
    assert come_back(client, peer, next="https://evil.example/")["Location"] == "/"
    client.post("/dang-xuat/")
    assert come_back(client, peer, next="/ho-so/")["Location"] == "/ho-so/"


def test_without_vneid_there_is_no_door(client, settings):
    settings.VNEID = {}
    assert leave(client).status_code == 404
    assert client.get("/dang-nhap/vneid/ve/?code=1&state=1").status_code == 404


def test_leaving_needs_a_post(client, peer):
    assert client.get("/dang-nhap/vneid/").status_code == 405


def test_a_closed_account_is_not_opened_by_vneid(client, peer):
    come_back(client, peer)
    client.post("/dang-xuat/")
    Account.objects.update(is_active=False)
    refused(client, come_back(client, peer))
    assert SESSION_KEY not in client.session


def test_the_claims_are_named_by_settings(client, peer, settings):
    settings.VNEID = {**settings.VNEID, "claims": {"full_name": "gender"}}
    come_back(client, peer)
    assert Person.objects.get().full_name == "female"


def test_an_unverified_account_with_a_typed_number_is_no_owner(client, peer):
    from tinhso.people.models import IdentityClaim

    squatter = make_account("0977777777")
    IdentityClaim.objects.create(account=squatter, full_name="Kẻ Lạ", kind="cccd", number="091198004127")
    come_back(client, peer)
    assert Account.objects.exclude(pk=squatter.pk).get().verified
