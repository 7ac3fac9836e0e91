"""Background work of dossiers."""

import time
from uuid import UUID

from tinhso.dossiers import (
    copying,
    dues,
    escalation,
    exporting,
    publishing,
    reminding,
    signature,
    trials,  # noqa: F401  its job registers itself
)
from tinhso.dossiers.digitising import checking, keeping, signing
from tinhso.dossiers.mapping import computing
from tinhso.dossiers.paperwork import backlog, checked, drawing  # noqa: F401  the first two register themselves
from tinhso.kernel.jobs import job, periodic
from tinhso.kernel.policy import Actor

#: What somebody waits for at a counter comes before what only has to be told or counted some time.
URGENT = 50


@job(name="dossiers.make_signature", retries=3, priority=URGENT)
def make_signature(session: str) -> None:
    """Make an ordered signature; while the key or the time-stamp authority does not answer it is tried again."""
    signature.make(UUID(session))


@periodic("*/5 * * * *")
@job(name="dossiers.resume_signatures", waiting_once=True)
def resume_signatures() -> None:
    """Signatures whose tries ran out (after a minute and a half) are taken up again: nothing ordered is forgotten."""
    for session in signature.waiting():
        make_signature.defer(session=str(session))


@periodic("*/5 * * * *")
@job(name="dossiers.warn", waiting_once=True)
def warn() -> None:
    """Steps and dossiers that are close to due, or late, are told to whoever the pack names."""
    escalation.warn()


@job(name="dossiers.make_export", retries=3, alone=True)
def make_export(export: str) -> None:
    """Make the list that an official asked for as a file, and tell them."""
    exporting.make(UUID(export))


@job(name="dossiers.make_map", retries=3, alone=True)
def make_map(map: str) -> None:
    """Compute the process map that an official asked for."""
    computing.make(UUID(map))


@job(name="dossiers.note_export_read", retries=5)
def note_export_read(export: str, account: str, name: str, subject: str) -> None:
    """Somebody took an exported list: each person in it may know."""
    exporting.note_read(
        UUID(export), Actor(account=UUID(account), subject=UUID(subject) if subject else None, name=name)
    )


@periodic("7 * * * *")
@job(name="dossiers.publish_ratings", waiting_once=True)
def publish_ratings() -> None:
    """Ratings that have gathered are shown to their agency, figures that moved enough are told in public."""
    publishing.publish()


@periodic("*/5 * * * *")
@job(name="dossiers.refresh_dues", waiting_once=True)
def refresh_dues() -> None:
    """After a change of the working calendar, reckon the cached due times of open dossiers anew."""
    if dues.refresh():
        refresh_dues.defer()


#: Seconds that one run goes on for while papers wait; the next run begins twenty seconds after the last one began.
DRAWS_FOR = 40


@periodic("* * * * * */20")
@job(name="dossiers.draw_papers", waiting_once=True, priority=URGENT)
def draw_papers() -> None:
    """Papers that nobody has looked at yet are drawn and sealed, the longest waiting first. While many wait another
    worker helps: each paper is claimed by one."""
    if drawing.many_wait():
        help_to_draw.defer()
    _draw()


@job(name="dossiers.help_to_draw", waiting_once=True, priority=URGENT)
def help_to_draw() -> None:
    """A second pair of hands for the papers that wait."""
    _draw()


def _draw() -> None:
    until = time.monotonic() + DRAWS_FOR
    while drawing.draw_waiting() and time.monotonic() < until:
        pass


@job(name="dossiers.sign_copy", retries=3, priority=URGENT)
def sign_copy(copy: str) -> None:
    """Make the signature or seal that was ordered on a certified copy; tried again like a result's."""
    copying.make(UUID(copy))


@periodic("*/5 * * * *")
@job(name="dossiers.resume_copies", waiting_once=True)
def resume_copies() -> None:
    """Signatures of copies whose tries ran out are taken up again."""
    for copy in copying.waiting():
        sign_copy.defer(copy=str(copy))


@periodic("*/10 * * * *")
@job(name="dossiers.remind_appointments", waiting_once=True)
def remind_appointments() -> None:
    """Those whose appointment is close are told, once."""
    reminding.remind()


@job(name="dossiers.check_digitised", retries=2)
def check_digitised(batch: str) -> None:
    """The dry run of a batch of scans: what is wrong with each line; nothing is signed."""
    checking.check(UUID(batch))


@job(name="dossiers.sign_digitised", retries=3)
def sign_digitised(batch: str) -> None:
    """Make the officer's signature on each scan of a batch."""
    signing.sign_all(UUID(batch))


@periodic("*/10 * * * *")
@job(name="dossiers.resume_digitised", waiting_once=True)
def resume_digitised() -> None:
    """Batches whose tries ran out are taken up again: nothing ordered is forgotten."""
    for batch in signing.waiting():
        sign_digitised.defer(batch=str(batch))


@periodic("10 0 * * *")
@job(name="dossiers.expire_digitised", waiting_once=True)
def expire_digitised() -> None:
    """Digitised papers whose validity ended yesterday count no more."""
    keeping.expire()
