"""HTML → PDF/A-3u (ISO 19005-3), with WeasyPrint. Slow (about 0.2 s a page): call it from a job."""

from dataclasses import dataclass
from enum import StrEnum


class Relationship(StrEnum):
    """What an attached file is to the document (ISO 32000-2, 7.11.3, AFRelationship)."""

    DATA = "Data"  #: the data shown by the document
    SOURCE = "Source"  #: what the document was made from
    SUPPLEMENT = "Supplement"


@dataclass(frozen=True)
class Attached:
    """A file carried inside the PDF, as PDF/A-3 allows."""

    name: str
    content: bytes
    media_type: str
    description: str
    relationship: Relationship = Relationship.DATA


def render(html: str, *, title: str, lang: str = "vi", attachments: tuple[Attached, ...] = ()) -> bytes:
    """The HTML as PDF/A-3u: fonts embedded, no network, the same bytes for the same input.

    An element with ``data-sign="person"`` or ``data-sign="seal"`` becomes an empty signature field of that name
    where it stands, which `tinhso.kernel.signing` fills. Raises Invalid when the HTML asks for a resource that is
    neither ``data:`` nor ours.
    """
    raise NotImplementedError
