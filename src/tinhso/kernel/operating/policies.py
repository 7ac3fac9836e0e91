"""Who may look at how the house runs, and who may act on it. The kernel knows no office: floor 1 registers it."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.policy import Actor, define
from tinhso.kernel.registries import Registry


class Duty(StrEnum):
    """What somebody may do with the running house."""

    WATCH = "watch"
    OPERATE = "operate"


#: Whether an actor has a duty.
operators: Registry[Callable[[Actor, Duty], bool]] = Registry("operators")


def _has(actor: Actor, duty: Duty) -> bool:
    return actor.system or any(says(actor, duty) for _name, says in operators)


def _watches(actor: Actor, thing: Any) -> bool:
    return _has(actor, Duty.WATCH)


def _operates(actor: Actor, thing: Any) -> bool:
    return _has(actor, Duty.OPERATE)


WATCH = define("kernel.watch", _("Xem tình trạng vận hành của hệ thống"), _watches, hidden=False)
OPERATE = define("kernel.operate", _("Vận hành hệ thống"), _operates, hidden=False)
