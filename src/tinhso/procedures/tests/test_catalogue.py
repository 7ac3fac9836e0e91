"""The catalogue of the pack: what is known stands there with its mark, what is not known is not made up."""

from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from tinhso.config import ROOT
from tinhso.kernel.errors import NotFound
from tinhso.kernel.packs import Pack, load_pack
from tinhso.procedures import queries
from tinhso.procedures.entries import Entry, entry_of
from tinhso.procedures.models import Guide, ProcedureVersion
from tinhso.procedures.pack.catalogue import entries
from tinhso.procedures.pack.reading import read

TODAY = date(2026, 9, 5)
PACK = ROOT / "provinces" / "kien_giang"


#: The procedures that the pack defines whole; every other one is an entry of the catalogue.
WHOLE = set(Pack(PACK).folders("procedures"))


@pytest.fixture(scope="module")
def listed() -> list[Entry]:
    """The entries of the catalogue alone."""
    pack = Pack(PACK)
    return [v.entry for path in pack.files(entries.FOLDER, ".yaml") for v in entries.read(pack, path).versions]


@pytest.fixture(scope="module")
def all_entries(listed: list[Entry]) -> list[Entry]:
    """What is known of all 93, whether written down whole or not."""
    pack = Pack(PACK)
    whole = [entry_of(v.spec) for code in sorted(WHOLE) for v in read(pack, f"procedures/{code}").versions]
    return [*listed, *whole]


def test_there_are_ninety_three_each_in_one_place(listed: list[Entry], all_entries: list[Entry]) -> None:
    assert len({entry.code for entry in all_entries}) == 93
    assert not {entry.code for entry in listed} & WHOLE
    assert len({entry.field for entry in all_entries}) == 18


def test_no_deadline_of_another_province_counts_as_verified(all_entries: list[Entry]) -> None:
    borrowed = {e.code: e.deadline for e in all_entries if e.deadline and "Đồng Nai" in e.deadline.source}

    assert len(borrowed) == 31
    assert not [code for code, deadline in borrowed.items() if deadline.verified]
    assert not [
        e.code for e in all_entries for mark in e.marks().values() if getattr(mark, "elsewhere", "") and mark.verified
    ]


def test_the_only_amounts_are_the_two_of_a_public_list_and_neither_is_a_promise(all_entries: list[Entry]) -> None:
    fees = {e.code: e.fee for e in all_entries if e.fee is not None and e.fee.amount}

    assert {code: fee.amount for code, fee in fees.items()} == {"2.000635": 8_000, "2.001019": 50_000}
    assert not any(fee.verified for fee in fees.values())


def test_nothing_is_free_but_by_an_article(all_entries: list[Entry]) -> None:
    free = [e.fee for e in all_entries if e.fee is not None and e.fee.amount == 0]

    assert [fee.source for fee in free if fee.unverified or "Điều" not in fee.source] == []


def test_what_nobody_collected_stays_missing(listed: list[Entry]) -> None:
    by_code = {e.code: e for e in listed}

    assert by_code["1.116214"].deadline is None
    assert by_code["1.116214"].components is None
    assert not [e.code for e in listed if e.online_level is not None]


def test_no_term_is_a_promise_without_its_article(all_entries: list[Entry]) -> None:
    promised = {e.code: e.deadline.source for e in all_entries if e.deadline and e.deadline.verified}

    assert "1.116214" not in promised
    assert [code for code, source in promised.items() if "Điều" not in source] == []


def test_no_resolution_of_another_province_is_given_as_legal_basis(all_entries: list[Entry]) -> None:
    lines = [item for e in all_entries if e.legal_basis for item in e.legal_basis.items]

    assert lines
    assert not [item for item in lines if "HĐND" in item]


def test_deadlines_read_in_the_law_are_verified(all_entries: list[Entry]) -> None:
    """Law 60/2014/QH13 art. 25 (3 working days), art. 38 (15 days); Decree 23/2015 art. 37 (2 working days)."""
    terms = {e.code: e.deadline for e in all_entries if e.deadline}

    for code, kind, value in (
        ("1.001022", "working_days", 3),
        ("2.000806", "calendar_days", 15),
        ("2.001019", "working_days", 2),
    ):
        assert (terms[code].kind, terms[code].value, terms[code].verified) == (kind, value, True)
    assert not terms["1.004222"].verified


@pytest.mark.django_db
def test_loading_the_same_pack_again_changes_nothing() -> None:
    before = list(ProcedureVersion.objects.values_list("id", "valid_to")), Guide.objects.get().stamp
    load_pack(PACK)

    assert (list(ProcedureVersion.objects.values_list("id", "valid_to")), Guide.objects.get().stamp) == before


@pytest.mark.django_db
class TestApi:
    """The catalogue over HTTP."""

    def test_a_page_of_what_fits_the_words_tells_whether_it_is_complete(self, client: Client) -> None:
        def first(words: str) -> dict[str, object]:
            found = client.get("/api/v1/procedures", {"q": words, "on": "2026-09-05"}).json()["items"][0]
            return {key: found[key] for key in ("code", "name", "field", "level", "complete", "online_level")}

        assert tuple(first("kết hun").values()) == ("1.000894", "Đăng ký kết hôn", "Hộ tịch", "Cấp xã", True, "partial")
        abroad = "Đăng ký kết hôn có yếu tố nước ngoài"
        assert tuple(first("lấy chồng đài loan").values()) == ("2.000806", abroad, "Hộ tịch", "Cấp xã", False, None)

    def test_exactly_the_procedures_that_the_pack_defines_whole_are_complete(self, client: Client) -> None:
        items = client.get("/api/v1/procedures", {"limit": 200, "on": "2026-09-05"}).json()["items"]

        assert len(items) == 93
        assert {item["code"] for item in items if item["complete"]} == WHOLE
        assert {item["online_level"] for item in items if not item["complete"]} == {None}
        assert [item["code"] for item in items if item["online_level"] == "full"] == ["1.001193"]

    @pytest.mark.parametrize("q", ["", "đất", "giấy chứng nhận"])
    def test_pages_follow_each_other_without_gap_or_repeat(self, client: Client, q: str) -> None:
        whole = client.get("/api/v1/procedures", {"q": q, "limit": 200, "on": "2026-09-05"}).json()["items"]
        seen, cursor = [], None
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = client.get("/api/v1/procedures", {"q": q, "limit": 7, "on": "2026-09-05", **more}).json()
            seen += [item["code"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break

        assert len(whole) > 7
        assert seen == [item["code"] for item in whole]

    def test_filters_by_field_level_and_completeness(self, client: Client) -> None:
        def count(**asked: str) -> int:
            return len(client.get("/api/v1/procedures", {"limit": 200, "on": "2026-09-05", **asked}).json()["items"])

        assert count(field="Hộ tịch") == 16
        assert count(field="dang ky bien phap bao dam", level="province") == 5
        assert count(level="district") == 0
        assert count(complete="true") == len(WHOLE)
        assert count(online="full", field="Nuôi con nuôi") == 0
        assert 0 < count(online="partial") < count(complete="true")

    def test_what_an_agency_offers_is_derived_from_its_level(self, client: Client) -> None:
        agencies = client.get("/api/v1/agencies", {"kind": "commune_committee", "on": "2026-09-05"}).json()["items"]
        found = client.get("/api/v1/procedures", {"agency": agencies[0]["id"], "limit": 200, "on": "2026-09-05"}).json()

        assert found["items"]
        assert all("commune" in item["agency_levels"] for item in found["items"])
        assert client.get("/api/v1/procedures", {"agency": "01890000-0000-7000-8000-000000000000"}).status_code == 404

    def test_each_field_of_a_catalogue_procedure_has_its_own_mark(self, client: Client) -> None:
        found = client.get("/api/v1/procedures/1.012790", {"on": "2026-09-05"}).json()

        assert found["marks"]["code"]["status"] == "verified"
        assert found["marks"]["deadline"]["status"] == "unverified"
        assert found["marks"]["deadline"]["elsewhere"] == "tỉnh Đồng Nai, 2025"
        assert found["marks"]["fee"] == {"status": "missing", "source": "", "elsewhere": ""}
        assert found["fee"] is None
        assert found["published_code"] == "1.012790.H33"
        assert (found["complete"], found["generic"]) == (False, True)
        assert [topic["name"] for topic in found["topics"]] == ["applicant", "request", "papers", "review"]

    def test_the_old_way_of_writing_codes_holds_for_old_days(self, client: Client) -> None:
        found = client.get("/api/v1/procedures/1.000894", {"on": "2024-09-05"}).json()

        assert found["published_code"] == "1.000894.000.00.00.H33"

    @pytest.mark.parametrize("cursor", ["x", "WzEsMl0", "W10"])
    def test_a_foreign_cursor_is_refused_or_passed_over(self, client: Client, cursor: str) -> None:
        assert client.get("/api/v1/procedures", {"cursor": cursor}).status_code in (200, 422)


@pytest.mark.django_db
def test_a_code_that_no_pack_has_cannot_be_filed() -> None:
    with pytest.raises(NotFound):
        queries.procedure("9.999999", TODAY)


def test_nothing_of_the_pack_points_out_of_it() -> None:
    assert not [path for path in Path(PACK, "catalogue").rglob("*.yaml") if "/work/" in path.read_text()]
