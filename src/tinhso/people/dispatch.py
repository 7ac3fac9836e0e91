"""Messages to a contact that may belong to no account yet."""

from django.conf import settings
from django.core.mail import send_mail

from tinhso.people.contacts import is_phone


def send(contact: str, subject: str, text: str) -> None:
    """One short message, by mail or by telephone text."""
    if is_phone(contact):
        _text(contact, text)
    else:
        send_mail(subject, text, None, [contact])


def _text(number: str, text: str) -> None:
    """The file drop of one machine: a gateway picks messages up from here."""
    folder = settings.HERE.home / "sms"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / f"{number}.txt").open("a", encoding="utf-8") as drop:
        drop.write(f"{text}\n")
