"""Sweeping: ended tokens, used codes and old budgets."""

from datetime import timedelta

from tinhso.kernel import clock, throttle
from tinhso.kernel.jobs import job, periodic
from tinhso.people import tokens
from tinhso.people.dispatch import send_code
from tinhso.people.models import ContactCode

__all__ = ["send_code", "sweep"]


@periodic("17 * * * *")
@job(name="people.sweep", waiting_once=True)
def sweep() -> None:
    """Each hour. Keeps nothing that could still be asked about: budgets look back an hour at most."""
    moment = clock.real()
    tokens.forget_expired()
    ContactCode.objects.filter(expires_at__lt=moment - timedelta(days=1)).delete()
    throttle.forget(moment - timedelta(days=1))
