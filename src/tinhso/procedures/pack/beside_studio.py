"""A pack is loaded beside what the studio published: neither overwrites the other (decision 0191)."""

from datetime import timedelta

from django.utils.translation import gettext as _

from tinhso.kernel.events import emit
from tinhso.kernel.packs import PackRefused
from tinhso.kernel.policy import SYSTEM
from tinhso.procedures.events import PackYielded
from tinhso.procedures.models import ProcedureVersion, ProcessDraft
from tinhso.procedures.pack.reading import PROCEDURE, Draft, Version
from tinhso.procedures.publishing import end_before, publish
from tinhso.procedures.reading import content_hash

DAY = timedelta(days=1)


def versions_of_studio() -> dict[str, list[ProcedureVersion]]:
    """By code, what two people published in the studio, oldest first. One query."""
    rows = ProcessDraft.objects.filter(state=ProcessDraft.State.PUBLISHED, published__isnull=False)
    found: dict[str, list[ProcedureVersion]] = {}
    for row in rows.select_related("published").order_by("code", "valid_from"):
        if row.published is not None:
            found.setdefault(row.code, []).append(row.published)
    return found


def load_beside(draft: Draft, version: Version, studio: list[ProcedureVersion]) -> None:
    """Publish one version of a pack: up to the day before the studio's next one, and ending the studio's before it.

    Raises PackRefused when the pack has other content from the very day of a studio's version.
    """
    key = content_hash(version.definition)
    for made in studio:
        if made.valid_from == version.valid_from and made.content_hash != key:
            message = _(
                "Bản có hiệu lực từ %(day)s đã được hai người ban hành trong xưởng quy trình, gói có nội dung khác."
            )
            remedy = _(
                "Xuất bản đã ban hành ở trang quy trình %(code)s rồi chép vào versions, hoặc đặt valid_from khác."
            )
            raise PackRefused(
                [
                    draft.at(
                        PROCEDURE,
                        ("versions", version.index),
                        message % {"day": f"{made.valid_from:%d/%m/%Y}"},
                        remedy % {"code": made.code},
                    )
                ]
            )
    later = [made for made in studio if made.valid_from > version.valid_from]
    end = version.valid_to
    if later and (end is None or end >= later[0].valid_from):
        end = later[0].valid_from - DAY
    known = ProcedureVersion.objects.filter(code=version.definition["code"], valid_from=version.valid_from)
    before = set(known.values_list("id", flat=True)) if later else set()
    loaded = publish(version.definition, version.valid_from, end)
    if later and before and loaded.id not in before:
        emit(SYSTEM, PackYielded(loaded.code, loaded.id, later[0].id), subject=f"procedure:{loaded.code}")
    earlier = [made for made in studio if made.valid_from < version.valid_from]
    if earlier and (earlier[-1].valid_to is None or earlier[-1].valid_to >= version.valid_from):
        end_before(earlier[-1], version.valid_from)
