"""What an operator's own tools ask the house."""

import json
import logging

import pytest

from tinhso.kernel import health, telemetry


def test_the_process_says_that_it_lives_without_the_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_without_a_worker_it_is_not_ready_and_names_why(client):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "checks": {"database": True, "migrations": True, "worker": False, "disk": True},
        "warnings": [],
    }


@pytest.mark.django_db
def test_requests_are_counted_by_route(client):
    client.get("/healthz")
    text = client.get("/metrics").content.decode()
    assert 'tinhso_request_seconds_count{method="GET",route="healthz",status="200"}' in text
    assert 'tinhso_jobs{status="todo"}' in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "passed_on", [{"REMOTE_ADDR": "203.0.113.9"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {"HTTP_FORWARDED": "for=::1"}]
)
def test_metrics_are_for_this_machine_only(client, passed_on):
    assert client.get("/metrics", **passed_on).status_code == 404


def _line(record: logging.LogRecord) -> dict[str, object]:
    settings = telemetry.logging_settings(None, "")["formatters"]["json"]
    made = settings.pop("()")(**settings)
    return json.loads(made.format(record))


def test_a_log_line_does_not_repeat_what_an_exception_says():
    try:
        raise ValueError("Key (number)=(091204000123) already exists")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    line = _line(logging.LogRecord("django.request", logging.ERROR, __file__, 1, "fault at %s", ("0912040",), info))
    assert line["exception"] == "ValueError"
    assert line["at"]
    assert "0912040" not in json.dumps(line)


def test_a_database_that_is_away_is_asked_once(client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(health.CHECKS, "database", lambda: False)
    for name in ("migrations", "worker"):
        monkeypatch.setitem(health.CHECKS, name, lambda name=name: pytest.fail(f"{name} was asked"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": False, "migrations": False, "worker": False, "disk": True}
