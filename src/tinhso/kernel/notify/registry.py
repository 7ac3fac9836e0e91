"""Where messages go: who knows an account's addresses, and which SMS gateway this instance has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from tinhso.kernel.adapters import adapter
from tinhso.kernel.notify.base import SmsGateway
from tinhso.kernel.registries import Registry


@dataclass(frozen=True)
class Contact:
    """How an account can be reached; empty where it cannot. An address that nobody confirmed is written to only when
    the account's own safety is at stake."""

    email: str = ""
    phone: str = ""
    language: str = "vi"
    email_confirmed: bool = True
    phone_confirmed: bool = True


#: One entry, "accounts": floor 1 registers it.
contact_sources: Registry[Callable[[Sequence[UUID]], dict[UUID, Contact]]] = Registry("contact source")


def contact(account: UUID) -> Contact:
    for _name, source in contact_sources:
        found = source([account]).get(account)
        if found is not None:
            return found
    return Contact()


def sms_gateway() -> SmsGateway:
    """What ``[sms] vendor = …`` of config.toml names; by default messages are dropped as files into the home."""
    return cast(SmsGateway, adapter("sms", default="filedrop"))
