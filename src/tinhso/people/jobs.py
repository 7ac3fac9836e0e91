"""Sweeping: ended tokens, used codes and old budgets. What a new day brings about for officials."""

from datetime import timedelta

from tinhso.kernel import clock, throttle
from tinhso.kernel.jobs import job, periodic
from tinhso.people import tokens
from tinhso.people.actions import turn_of_day
from tinhso.people.actions.imports import SHEET_LIFE
from tinhso.people.dispatch import send_code
from tinhso.people.importing import carry_out_list, check_list, undo_list
from tinhso.people.models import ContactCode, OfficialImport

__all__ = ["carry_out_list", "check_list", "new_day", "send_code", "sweep", "undo_list"]


@periodic("17 * * * *")
@job(name="people.sweep", waiting_once=True)
def sweep() -> None:
    """Each hour. Keeps nothing that could still be asked about: budgets look back an hour at most."""
    moment = clock.real()
    tokens.forget_expired()
    ContactCode.objects.filter(expires_at__lt=moment - timedelta(days=1)).delete()
    throttle.forget(moment - timedelta(days=1))
    OfficialImport.objects.filter(done_at__lt=clock.now() - SHEET_LIFE).exclude(password_seed=b"").update(
        password_seed=b""
    )


@periodic("*/10 * * * *")
@job(name="people.new_day", waiting_once=True)
def new_day() -> None:
    """Every ten minutes: posts that ended, leave that begins, people who left. Rights follow the day by themselves;
    this passes inboxes on and closes accounts."""
    turn_of_day()
