"""Notices that concern everybody now, for the strip on every page: remembered by each process, so that a page asks
the database for them at most once in a quarter of a minute and process, however many visitors come."""

import os
import threading
import time
from collections.abc import Sequence

from django.db import DatabaseError
from django.db.models import Q
from django.utils.translation import get_language

from tinhso.kernel import clock
from tinhso.kernel.models import NoticeState, ServiceNotice

#: Seconds after which a serving process looks again; what it published itself it knows at once.
KEPT = 15.0
MOST = 3

_lock = threading.Lock()
_kept: Sequence[ServiceNotice] = ()
#: Real seconds of the last look; only a serving process looks by itself.
_looked: float = float("-inf") if os.environ.get("TINHSO_SERVING") else float("inf")


def forget() -> None:
    """The next page looks again."""
    global _looked
    _looked = float("-inf")


def current() -> list[ServiceNotice]:
    """Published notices that are announced or under way, the gravest first, at most three."""
    global _kept, _looked
    if time.monotonic() - _looked > KEPT and _lock.acquire(blocking=False):
        try:
            _kept = _read()
            _looked = time.monotonic() if os.environ.get("TINHSO_SERVING") else float("inf")
        except DatabaseError:
            _looked = time.monotonic()  # what was known stays on the pages
        finally:
            _lock.release()
    now = clock.now()
    shown = [one for one in _kept if one.ends_at is None or one.ends_at > now]
    return sorted(shown, key=lambda one: (one.starts_at > now, one.starts_at))[:MOST]


def _read() -> list[ServiceNotice]:
    now = clock.now()
    running = ServiceNotice.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), state=NoticeState.PUBLISHED)
    return list(running.order_by("starts_at")[:20])


def title_of(notice: ServiceNotice) -> str:
    """In the reader's language, Vietnamese when there is no other."""
    return notice.title_en if get_language() == "en" and notice.title_en else notice.title_vi


def text_of(notice: ServiceNotice) -> str:
    return notice.text_en if get_language() == "en" and notice.text_en else notice.text_vi
