"""What the house says of a paper that somebody checks at /kiem-tra: nothing that the file does not say itself."""

from django.utils.translation import gettext as _

from tinhso.dossiers.models import Paper
from tinhso.dossiers.paperwork.drawing import number_of
from tinhso.kernel.registries import IssuedFile, issued_sources
from tinhso.places import queries as places


def _checked(sha256: str) -> IssuedFile | None:
    paper = Paper.objects.filter(digest=sha256).defer("values", "prepared").first()
    if paper is None:
        return None
    return IssuedFile(
        title=paper.title,
        number=number_of(paper),
        agency=places.names([paper.agency_id]).get(paper.agency_id, ""),
        issued_at=paper.issued_at,
        state="issued" if paper.sealed else "unsealed",
        state_words=_("Đã lập") if paper.sealed else _("Đã lập, giấy nội bộ không ký số"),
        seal_alone=True,
    )


issued_sources.register("dossiers.papers", _checked)
