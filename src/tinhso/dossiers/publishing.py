"""What of ratings is told in public, and when officials see new ones: never fewer than several at once.

A figure of an agency and year is told from `least` ratings on, and what was told changes only when as many more have
come. So no two states of the page differ by one person, whoever writes them down every day. Officials see the ratings
of their agency in batches as large: nobody learns from the hour of a new one whose it is. (Decision 0196.)
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from tinhso.dossiers.measures.ratings import OF_CRITERION, SATISFIED, STARS
from tinhso.dossiers.models import PublishedFigure, Rating
from tinhso.dossiers.pack import ratings as pack
from tinhso.kernel import clock, measures

TOLD = (STARS, SATISFIED, *OF_CRITERION.values())


def publish() -> int:
    """Show ratings that have gathered, tell figures that have moved enough; how many rows changed. Repeatable."""
    return show_gathered() + sum(tell_figures(year) for year in (clock.today().year, clock.today().year - 1))


def show_gathered() -> int:
    """The waiting ratings of each agency where `least` of them wait."""
    with transaction.atomic():
        waiting = Rating.objects.filter(shown_at=None)
        agencies = waiting.values("dossier__agency").annotate(number=Count("id")).filter(number__gte=pack.least())
        ready = list(agencies.order_by().values_list("dossier__agency", flat=True))
        ids = waiting.filter(dossier__agency__in=ready).values_list("id", flat=True)
        return Rating.objects.filter(id__in=ids).update(shown_at=clock.now()) if ready else 0


def tell_figures(year: int) -> int:
    """Read the sums of a year and tell those that moved by `least` ratings or more."""
    with transaction.atomic():
        kept = PublishedFigure.objects.select_for_update().filter(year=year)
        told = {(row.agency_id, row.measure): row for row in kept}
        changed = [row for name in TOLD for row in _moved(name, year, told)]
        PublishedFigure.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["year", "agency", "measure"],
            update_fields=["numerator", "denominator", "unverified", "told_at"],
        )
    return len(changed)


def _moved(name: str, year: int, told: dict[tuple[UUID, str], PublishedFigure]) -> Iterable[PublishedFigure]:
    for agency, now in measures.breakdown(name, "scope", year).items():
        before = told.get((agency, name)) if agency else None
        if agency is None or abs(now.denominator - (before.denominator if before else 0)) < pack.least():
            continue
        if now.denominator < pack.least():
            continue
        yield PublishedFigure(
            agency_id=agency,
            measure=name,
            year=year,
            numerator=now.numerator,
            denominator=now.denominator,
            unverified=now.unverified,
            told_at=clock.now(),
        )
