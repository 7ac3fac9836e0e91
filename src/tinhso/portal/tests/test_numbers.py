"""Hidden numbers of forms that no page of ours could have sent."""

import pytest
from django.test import Client

from tinhso.dossiers.models import Dossier, Phase
from tinhso.dossiers.tests.conftest import agency, cast, fill, monday, mother, sent  # noqa: F401  fixtures
from tinhso.people.models import Account


@pytest.mark.parametrize("number", ["9" * 5000, "-1", "²", "٣", "", "99999999999999999999"])
def test_a_number_that_no_page_sent_is_refused_in_words(
    client: Client,
    sent: Dossier,  # noqa: F811
    number: str,
) -> None:
    client.force_login(Account.objects.get(pk=sent.applicant_account_id))
    for act in ("rut", "danh-gia"):
        answer = client.post(f"/ho-so/{sent.id}/{act}", {"version": number, "stars": number})
        assert answer.status_code in (409, 412, 422), act
    sent.refresh_from_db()
    assert sent.phase == Phase.SUBMITTED
