import pytest
from playwright.sync_api import Page


@pytest.mark.browser
def test_a_real_browser_reads_a_page(each_width: Page):
    answer = each_width.goto("/healthz")
    assert answer is not None
    assert answer.status == 200
    assert "ok" in each_width.content()
