"""Background work of indicators."""

from uuid import UUID

from tinhso.indicators import signature
from tinhso.kernel import measures
from tinhso.kernel.jobs import job, periodic


@job(name="indicators.count_measure", retries=3, alone=True, priority=-10)
def count_measure(name: str) -> None:
    """Count a measure anew from its records."""
    measures.rebuild(name)


@periodic("5 17 * * *")  # UTC: five past midnight in Viet Nam
@job(name="indicators.count_the_day", waiting_once=True)
def count_the_day() -> None:
    """A day came: what is in force today is counted anew."""
    for measure in measures.every_measure():
        if measure.from_pack:
            measures.rebuild(measure.name)


@job(name="indicators.sign_snapshot", retries=3)
def sign_snapshot(snapshot: str) -> None:
    """Make the signature that was ordered; tried again while the key or the time-stamp authority does not answer."""
    signature.make(UUID(snapshot))


@periodic("*/5 * * * *")
@job(name="indicators.resume_snapshots", waiting_once=True)
def resume_snapshots() -> None:
    """Signatures whose tries ran out are taken up again: nothing ordered is forgotten."""
    for snapshot in signature.waiting():
        sign_snapshot.defer(snapshot=str(snapshot))
