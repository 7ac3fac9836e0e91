"""What a new day brings about for officials. What ended of accounts is removed by the rules of retention."""

from tinhso.kernel import clock
from tinhso.kernel.jobs import job, periodic
from tinhso.people.actions import turn_of_day
from tinhso.people.actions.imports import SHEET_LIFE
from tinhso.people.dispatch import send_code
from tinhso.people.importing import carry_out_list, check_list, undo_list
from tinhso.people.models import OfficialImport

__all__ = ["carry_out_list", "check_list", "forget_sheets", "new_day", "send_code", "undo_list"]


@periodic("17 * * * *")
@job(name="people.forget_sheets", waiting_once=True)
def forget_sheets() -> None:
    """Each hour: sheets of first passwords that nobody fetched in time cannot be made any more."""
    late = OfficialImport.objects.filter(done_at__lt=clock.now() - SHEET_LIFE).exclude(password_seed=b"")
    late.update(password_seed=b"")


@periodic("*/10 * * * *")
@job(name="people.new_day", waiting_once=True)
def new_day() -> None:
    """Every ten minutes: posts that ended, leave that begins, people who left. Rights follow the day by themselves;
    this passes inboxes on and closes accounts."""
    turn_of_day()
