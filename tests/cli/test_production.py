"""Production refuses what belongs to development, in a sentence with its remedy; serving refuses it again."""

import os
import pwd
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.test_refusals import refused, tinhso
from tests.peers.authority import made
from tests.production_home import ME, answers, certificate
from tinhso.cli.installing.rendering import SOURCE
from tinhso.cli.installing.writing import as_instance, as_toml, settings_of
from tinhso.config import ROOT, ConfigurationError, Instance
from tinhso.kernel.signing.authority import Authority
from tinhso.project.production import known_secret, mistakes, require_fit

Change = Callable[[Instance, Path], Instance | None]


@pytest.fixture
def here(tmp_path: Path) -> Instance:
    made(tmp_path / "ca")
    home = tmp_path / "home"
    (home / "secrets").mkdir(parents=True)
    return as_instance(settings_of(answers(tmp_path), home), home)


def secret(here: Instance, name: str, value: str, mode: int = 0o600) -> None:
    path = here.home / "secrets" / name
    path.write_text(value)
    path.chmod(mode)


def setting(section: str, **values: object) -> Change:
    return lambda here, _folder: replace(
        here, settings={**here.settings, section: {**here.settings.get(section, {}), **values}}
    )


def top(**values: object) -> Change:
    return lambda here, _folder: replace(here, settings={**here.settings, **values})


def leftover(name: str) -> Change:
    def change(here: Instance, _folder: Path) -> None:
        (here.home / name).parent.mkdir(exist_ok=True)
        (here.home / name).write_text("Zk3-0pQ7vXb1mN5tR8sL2wYc")
        (here.home / name).chmod(0o600)

    return change


def development_root(here: Instance, folder: Path) -> Instance:
    authority = Authority(folder / "development")
    authority.ensure()
    changed = setting("signing", roots=[str(folder / "development" / "root.pem")])(here, folder)
    assert changed is not None
    return changed


CASES: dict[str, tuple[Change, str]] = {
    "debug": (lambda here, _f: replace(here, debug=True), "debug"),
    "sample data": (lambda here, _f: replace(here, sample=True), "sample"),
    "sample accounts' list": (leftover("sample-accounts.json"), "leftover"),
    "the key of sample passwords": (leftover("secrets/sample-accounts"), "leftover"),
    "development authority": (leftover("authority/root.key"), "leftover"),
    "root of a development authority": (development_root, "authority"),
    "no time-stamping": (setting("signing", tsa=""), "tsa"),
    "no roots": (setting("signing", roots=[]), "roots"),
    "a known password": (lambda here, _f: secret(here, "db-app", "tinhso"), "secret"),
    "a short password": (lambda here, _f: secret(here, "mail", "Xk92!plq"), "secret"),
    "a password of one letter": (lambda here, _f: secret(here, "mail", "a" * 40), "secret"),
    "a secret that others read": (
        lambda here, _f: secret(here, "django", "s3s3s3kq0Zb1Lm4vRt8x", 0o644),
        "permissions",
    ),
    "no HTTPS": (top(https=False), "https"),
    "an address without HTTPS": (setting("site", url="http://localhost"), "https"),
    "no host": (top(hosts=[]), "hosts"),
    "every host": (top(hosts=["localhost", "*"]), "hosts"),
    "no proxy": (setting("proxies", trusted=[]), "proxies"),
    "every proxy": (setting("proxies", trusted=["0.0.0.0/0"]), "proxies"),
    "a proxy that is no address": (setting("proxies", trusted=["nginx"]), "proxies"),
    "no mail": (setting("mail", host=""), "mail"),
}


def test_a_careful_configuration_is_taken(here: Instance) -> None:
    secret(here, "django", "Zk3-0pQ7vXb1mN5tR8sL2wYc")
    assert mistakes(here) == []
    require_fit(here)


@pytest.mark.parametrize("case", CASES)
def test_production_refuses(here: Instance, tmp_path: Path, case: str) -> None:
    change, code = CASES[case]
    found = mistakes(change(here, tmp_path) or here)
    assert {mistake.code for mistake in found} == {code}
    assert all(len(mistake.remedy.split()) > 2 for mistake in found)


def test_a_moved_clock_is_refused(here: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINHSO_CLOCK", "start:2022-09-05T08:00")
    assert [mistake.code for mistake in mistakes(here)] == ["clock"]


def test_all_mistakes_are_said_at_once(here: Instance) -> None:
    bad = replace(here, debug=True, sample=True)
    with pytest.raises(ConfigurationError) as said:
        require_fit(bad)
    assert "[debug]" in str(said.value)
    assert "[sample]" in str(said.value)


@pytest.mark.parametrize("word", ["postgres", "Tinhso2026", "password123!", "changeme", "x7Kq"])
def test_words_that_guessers_know(word: str) -> None:
    assert known_secret(word)


def test_our_own_secrets_are_not_known(here: Instance) -> None:
    assert not known_secret(here.secret("some-secret"))


# -- the command ------------------------------------------------------------------------------------------------------


def flags(folder: Path, **other: str) -> list[str]:
    given = answers(folder).given | other
    admins = ("admin_login", "admin_name", "admin2_login", "admin2_name")
    wanted = tuple(
        key for key in ("domain", "user", "mail_host", "mail_tls", "tsa", "roots", *admins) if key not in other
    )
    said = {key: ",".join(value) if isinstance(value, list) else value for key, value in given.items()}
    return [word for key in (*wanted, *other) for word in ("--" + key.replace("_", "-"), said[key])]


def test_missing_answers_are_all_named(tmp_path: Path) -> None:
    done = tinhso("init", "--production", "--home", str(tmp_path / "home"))
    refused(done, "--domain", "--mail-host", "--tsa", "--roots", "--admin-login", "--admin2-login", "--admin2-name")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"debug": "true"}, "[debug]"),
        ({"sample": "true"}, "[sample]"),
        ({"proxies": "0.0.0.0/0"}, "[proxies]"),
        ({"user": "root"}, "không được chạy bằng root"),
        ({"user": "khong-co-ai"}, "adduser"),
        ({"database": "db.example"}, "máy:cổng/tên"),
        ({"port": "tám nghìn"}, "port"),
        ({"admin2_login": "QuanTri.Tinh"}, "[admins]"),
        ({"admin2_name": "lê thị  quản trị"}, "[admins]"),
        ({"admin_email": "qt@vidu.vn", "admin2_email": "QT@vidu.vn "}, "[admins]"),
    ],
)
def test_init_refuses_and_makes_nothing(tmp_path: Path, other: dict[str, str], word: str) -> None:
    made(tmp_path / "ca")
    words = flags(tmp_path, **{"user": "nobody", **other})
    refused(tinhso("init", "--production", "--home", str(tmp_path / "home"), *words), word)
    assert not (tmp_path / "home" / "config.toml").exists()


def test_a_known_password_in_the_answers_is_refused(tmp_path: Path) -> None:
    made(tmp_path / "ca")
    file = tmp_path / "answers.toml"
    file.write_text('mail_user = "tinhso"\nmail_password = "matkhau123"\n')
    words = [*flags(tmp_path), "--answers", str(file)]
    refused(tinhso("init", "--production", "--home", str(tmp_path / "home"), *words), "[secret]", "mail")


def test_an_unknown_answer_is_named(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text('domian = "x"\n')
    refused(tinhso("init", "--production", "--home", str(tmp_path), "--answers", str(file)), "domian")


def test_a_home_that_is_configured_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("port = 1\n")
    refused(tinhso("init", "--production", "--home", str(tmp_path)), "đã có cấu hình")
    assert (tmp_path / "config.toml").read_text() == "port = 1\n"


def a_bad_home(here: Instance, folder: Path, user: str) -> Path:
    """A production home somebody switched debug on in."""
    certificate(folder)
    (here.home / "config.toml").write_text(as_toml({**here.settings, "debug": True}))
    for path in (folder, here.home):
        path.chmod(0o755)
    who = pwd.getpwnam(user)
    for path in (here.home, *here.home.rglob("*")):
        os.chown(path, who.pw_uid, who.pw_gid)
    return here.home


def test_a_server_started_by_hand_refuses_too(here: Instance, tmp_path: Path) -> None:
    home = a_bad_home(here, tmp_path, ME)
    done = subprocess.run(
        [sys.executable, "-c", "import tinhso.project.wsgi"],
        cwd=ROOT,
        env={**os.environ, "TINHSO_HOME": str(home), "TINHSO_SERVICE": "web"},
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "[debug]" in done.stderr


@pytest.mark.parametrize("what", ["web", "worker"])
def test_serve_refuses_for_good_so_that_systemd_does_not_try_again(here: Instance, tmp_path: Path, what: str) -> None:
    if os.geteuid() == 0:
        done = tinhso("serve", what, TINHSO_HOME=str(a_bad_home(here, tmp_path, ME)))
        assert "root" in done.stderr
    else:
        done = tinhso("serve", what, TINHSO_HOME=str(a_bad_home(here, tmp_path, ME)))
        assert "[debug]" in done.stderr
    assert done.returncode == 78


def test_serve_does_not_serve_a_trial(tmp_path: Path) -> None:
    done = tinhso("serve", "web", TINHSO_HOME=str(tmp_path))
    assert done.returncode == 78
    assert "tinhso up" in done.stderr


@pytest.mark.parametrize(
    ("word", "instead"),
    [("up", "systemctl start tinhso-web"), ("status", "tinhso doctor"), ("down", "systemctl stop tinhso-web")],
)
def test_what_is_for_a_trial_says_what_to_use_in_production(here: Instance, word: str, instead: str) -> None:
    (here.home / "config.toml").write_text(as_toml(here.settings))
    refused(tinhso(word, TINHSO_HOME=str(here.home)), "systemd", instead)


def test_every_word_in_the_deploy_files_is_filled_in() -> None:
    from tinhso.cli.installing import rendering

    used = {
        word for path in SOURCE.rglob("*") if path.is_file() for word in rendering.PLACE.findall(path.read_text())
    } - {"A"}
    given = set(re.findall(r'^        "([A-Z_]+)":', Path(rendering.__file__).read_text(), re.M))
    assert used <= given
