"""A file that comes with somebody's words: checked like every paper."""

from typing import BinaryIO

from tinhso.dossiers.actions.drafts import PAPER_LIMIT
from tinhso.dossiers.allowance import allow_paper
from tinhso.kernel import files
from tinhso.kernel.errors import Invalid
from tinhso.kernel.policy import Actor


def stored(actor: Actor, name: str, content: BinaryIO | bytes) -> files.StoredFile:
    """Raises Invalid for the field `file`, TooLarge, TooMany, NoRoom."""
    allow_paper(actor)
    try:
        return files.store(actor, name=name, content=content, allowed=files.PAPERS, limit=PAPER_LIMIT)
    except Invalid as wrong:
        raise Invalid(fields={"file": wrong.detail}) from None
