"""The copy of one's data leaves no row out, and its paper says what was too long to print."""

import json
import subprocess

import jsonschema
import pytest

from tinhso.config import ROOT
from tinhso.kernel import files
from tinhso.kernel.models import Notification
from tinhso.kernel.personal import PAGE
from tinhso.people.models import Account, Person
from tinhso.people.tests.conftest import make_account
from tinhso.vault import carrying_out
from tinhso.vault.copies import PRINTED, worded
from tinhso.vault.models import DataRequest

pytestmark = pytest.mark.django_db
SCHEMA = json.loads((ROOT / "docs" / "personal-data.schema.json").read_text())


@pytest.fixture
def somebody() -> Account:
    person = Person.objects.create(full_name="Danh Thị Ngân", source="test")
    return make_account("ngan@vidu.vn", person=person, assurance="verified", verified_at="2026-01-05T08:00:00+07:00")


def made(account: Account) -> DataRequest:
    asked = DataRequest.objects.create(
        person_id=account.person_id, kind="export", asked_by=account, asked_by_name="Ngân"
    )
    carrying_out.export(asked.pk)
    asked.refresh_from_db()
    return asked


def read(asked: DataRequest) -> tuple[dict, str]:
    """The data, and the words on the paper."""
    data = json.loads(files.read(asked.data_file_id))
    jsonschema.validate(data, SCHEMA)
    printed = subprocess.run(
        ["pdftotext", "-", "-"], input=files.read(asked.paper_id), capture_output=True, check=True
    ).stdout.decode()
    return data, " ".join(printed.split())


def messages(account: Account, count: int) -> None:
    Notification.objects.bulk_create(
        Notification(account=account.pk, kind="test.one", context={"n": f"sốthứ{n}x"}) for n in range(count)
    )


def test_more_rows_than_a_page_are_all_in_the_data_once_and_in_order(somebody: Account) -> None:
    count = PAGE * 2 + 7
    messages(somebody, count)
    data, printed = read(made(somebody))
    [told] = [part["rows"] for part in data["sections"] if part["name"] == "kernel.Notification"]
    assert [row["context"]["n"] for row in told] == [f"sốthứ{n}x" for n in range(count)]
    assert f"Chỉ in {PRINTED} dòng mới nhất, còn {count - PRINTED} dòng trước đó" in printed
    assert "Có phần quá dài để in" in printed
    assert f"sốthứ{count - 1}x" in printed
    assert f"sốthứ{count - PRINTED}x" in printed
    assert f"sốthứ{count - PRINTED - 1}x" not in printed


def test_a_short_copy_says_nothing_of_rows_left_out(somebody: Account) -> None:
    messages(somebody, PRINTED)
    _data, printed = read(made(somebody))
    assert "Chỉ in" not in printed
    assert "quá dài" not in printed
    assert "sốthứ0x" in printed


def test_the_paper_leaves_out_what_is_empty_and_does_not_repeat_itself(somebody: Account) -> None:
    _data, printed = read(made(somebody))
    assert "Họ và tên: Danh Thị Ngân" in printed
    assert "Ngày mất" not in printed


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (True, "có"),
        (False, "không"),
        (0, "0"),
        ({"a": "", "b": [1, None]}, "b: 1"),
        ("2026-11-09T01:00:00Z", "09/11/2026 08:00"),
        ("2026-11-09Tkhông phải giờ", "2026-11-09Tkhông phải giờ"),
    ],
)
def test_values_read_as_words(value: object, words: str) -> None:
    assert worded(value) == words
