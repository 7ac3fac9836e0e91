"""Background work of the vault: making an export, carrying out an approved erasure."""

from uuid import UUID

from tinhso.kernel.jobs import job
from tinhso.vault import carrying_out


@job(name="vault.make_export", retries=3)
def make_export(request: str) -> None:
    """Everything held about a person, as JSON and as a PDF. Once: a second run finds it done."""
    carrying_out.export(UUID(request))


@job(name="vault.carry_out_erasure", retries=5)
def carry_out_erasure(request: str) -> None:
    """Let go of what the rules allow, all or nothing; a second run finds it done."""
    carrying_out.erase(UUID(request))
