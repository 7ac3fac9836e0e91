"""A villager finds a procedure, and what is not known of it is not promised."""

import re

import pytest
from django.test import Client

from tinhso.procedures import queries

pytestmark = pytest.mark.django_db


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def listed(text: str) -> list[str]:
    """The codes of the procedures that a page links to, in order."""
    return re.findall(r'href="/thu-tuc/([0-9.]+)"', text)


def test_everyday_words_lead_to_the_procedure(client: Client) -> None:
    assert listed(page(client, "/thu-tuc?q=xây+nhà"))[0] == "1.009122"


def test_the_list_costs_few_queries(client: Client, django_assert_max_num_queries: object) -> None:
    client.get("/thu-tuc?q=khai+sinh")
    for address in (
        "/",
        "/thu-tuc",
        "/thu-tuc?q=khai+sinh",
        "/thu-tuc?q=qwrtp",
        "/su-kien/co-con",
        "/thu-tuc/1.000894",
    ):
        with django_assert_max_num_queries(6):  # type: ignore[operator]
            client.get(address)


def test_filters_stand_in_the_address_and_pages_follow(client: Client) -> None:
    first = page(client, "/thu-tuc")
    assert len(listed(first)) == 30
    following = re.search(r'rel="next" href="\?([^"]+)"', first)
    assert following
    second = page(client, f"/thu-tuc?{following[1]}".replace("&amp;", "&"))
    assert len(listed(second)) == 30
    assert not set(listed(first)) & set(listed(second))
    assert len(listed(page(client, "/thu-tuc?linh-vuc=Hộ+tịch"))) == 16
    assert {"1.001193", "1.000894"} <= set(listed(page(client, "/thu-tuc?nop=1")))
    assert "2.000806" in listed(page(client, "/thu-tuc?nop=1&q=kết+hôn"))
    assert set(listed(page(client, "/thu-tuc?q=kết+hôn&cap=tinh"))) & {"1.000894"} == set()


@pytest.mark.parametrize("asked", ["after=x", "co-quan=khong", "cap=làng", "truc-tuyen=5", "linh-vuc=%00", "nop=2"])
def test_a_filter_that_cannot_be_read_breaks_nothing(client: Client, asked: str) -> None:
    page(client, f"/thu-tuc?{asked}")


def test_words_are_shown_as_words_never_as_a_program(client: Client) -> None:
    text = page(client, '/thu-tuc?q=<script>alert(1)</script>"onfocus=x')
    assert "<script>alert" not in text
    assert 'value="&lt;script&gt;' in text
    fragment = client.get("/thu-tuc/goi-y?q=<b>khai", headers={"HX-Request": "true"}).content.decode()
    assert "<b>khai" not in fragment


def test_an_endless_question_is_cut_to_what_the_field_takes(client: Client) -> None:
    text = page(client, "/thu-tuc?q=" + "a" * 3000)
    assert f"“{'a' * 200}”" in text


def test_without_an_answer_there_are_ways_on(client: Client) -> None:
    text = page(client, "/thu-tuc?q=qwrtp")
    assert "Chưa tìm thấy thủ tục nào khớp" in text
    assert "/su-kien/co-con" in text
    assert "tel:1022" in text


def test_a_guess_is_told_as_a_guess(client: Client) -> None:
    assert "không chắc hiểu đúng ý bạn" in page(client, "/thu-tuc?q=chỗ+hỏi+về+giấy+gì+đó+cho+ghe+thuyền+lúa")
    assert "không chắc hiểu đúng ý bạn" not in page(client, "/thu-tuc?q=kết+hôn")


def test_suggestions_are_a_part_of_a_page_and_without_htmx_the_search(client: Client) -> None:
    fragment = client.get("/thu-tuc/goi-y?q=ket+ho", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert listed(fragment)[0] == "1.000894"
    assert client.get("/thu-tuc/goi-y?q=ket+hon").headers["Location"] == "/thu-tuc?q=ket+hon"
    assert client.get("/thu-tuc/goi-y?q=k", headers={"HX-Request": "true"}).content.decode().strip() == ""


def test_a_verified_deadline_is_told_with_its_source(client: Client) -> None:
    text = page(client, "/thu-tuc/1.001022")
    assert "3 ngày làm việc" in text
    assert "Luật Hộ tịch 60/2014/QH13 Điều 25" in text


def test_an_unverified_deadline_is_never_the_answer(client: Client) -> None:
    text = page(client, "/thu-tuc/1.012790")
    answer = text[text.index("Có kết quả") : text.index("Lệ phí")]
    assert "<b>Hỏi nơi nộp</b>" in answer
    assert re.search(r"Để tham khảo: [0-9]+ ngày làm việc", answer)
    assert "Của tỉnh Đồng Nai, 2025; ở đây có thể khác" in answer


def test_an_unverified_amount_is_never_the_answer(client: Client) -> None:
    text = page(client, "/thu-tuc/2.000635")
    answer = text[text.index("<dt>Lệ phí") : text.index("<dt>Nơi làm")]
    assert "<b>Hỏi nơi nộp</b>" in answer
    assert "Chưa xác minh" in answer


def test_what_is_missing_is_called_missing(client: Client) -> None:
    text = page(client, "/thu-tuc/2.000528")
    assert text.count("Chưa có thông tin") >= 3


def test_a_catalogue_procedure_is_filed_where_its_level_says_with_the_common_form(client: Client) -> None:
    text = page(client, "/thu-tuc/1.116214?noi=kien hai")
    assert "Mẫu chung của hệ thống, chưa có biểu mẫu riêng" in text
    assert "Ủy ban nhân dân đặc khu Kiên Hải" in text
    assert "Mẫu chung" not in page(client, "/thu-tuc/1.001193")


def test_a_catalogue_procedure_cannot_be_started_by_address(hers: Client) -> None:
    assert hers.post("/thu-tuc/2.000806/nop", {"agency": "01890000-0000-7000-8000-000000000000"}).status_code == 404


def test_a_procedure_of_another_day_says_so_and_cannot_be_filed(client: Client) -> None:
    text = page(client, "/thu-tuc/1.001193?on=2022-09-05")
    assert "05/09/2022, không phải hôm nay" in text
    assert "61/2018" in text
    assert "Bắt đầu điền" not in text
    assert "Cấp huyện" in page(client, "/thu-tuc/1.001612?on=2024-09-05")


def test_a_day_without_rules_names_the_periods(client: Client) -> None:
    assert "01/07/2025" in page(client, "/thu-tuc/1.001193?on=2010-01-01", 404)
    assert page(client, "/thu-tuc/9.999999?on=2010-01-01", 404)


@pytest.mark.parametrize("day", ["hôm qua", "2025-02-30", "20250701", "2025-07-01T00:00"])
def test_a_day_that_cannot_be_read_is_refused_in_words(client: Client, day: str) -> None:
    assert "Ngày cần xem viết dạng 2025-07-01" in page(client, f"/thu-tuc/1.001193?on={day}", 422)


def test_each_life_event_leads_to_its_procedures_in_order(client: Client) -> None:
    events = queries.life_events()
    assert len(events) >= 7
    home = page(client, "/")
    for event in events:
        assert f'href="/su-kien/{event.slug}"' in home
        assert listed(page(client, f"/su-kien/{event.slug}")) == [step.code for step in event.steps]
    page(client, "/su-kien")
    page(client, "/su-kien/bay-len-mat-trang", 404)


def test_words_of_a_life_event_bring_its_page(client: Client) -> None:
    assert "/su-kien/mat-giay-to" in page(client, "/thu-tuc?q=mất+giấy+tờ")


def test_no_page_shows_the_hidden_words(client: Client) -> None:
    shown = "".join(page(client, a) for a in ("/", "/thu-tuc", "/thu-tuc/1.001612", "/su-kien/mo-cua-hang"))
    for hidden in ("xe bán hàng rong", "quán nhậu", "mở sạp"):
        assert hidden not in shown
