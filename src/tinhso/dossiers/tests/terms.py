"""The birth registration under another term, for tests of the clock: a version of its own, as the pack has them."""

from typing import Any

from tinhso.procedures.models import ProcedureVersion
from tinhso.procedures.reading import content_hash


def given_term(**term: Any) -> ProcedureVersion:
    """From now on new dossiers run under this term."""
    old = ProcedureVersion.objects.filter(code="1.001193", valid_to=None).order_by("-revision")[0]
    definition = {
        **old.definition,
        "deadline": {"text": "thời hạn của phép thử", "source": "văn bản của phép thử", **term},
    }
    version = ProcedureVersion.objects.get(pk=old.pk)
    version.pk, version.revision = None, old.revision + 1
    version._state.adding = True
    version.definition, version.content_hash = definition, content_hash(definition)
    version.id = ProcedureVersion().id
    version.save()
    return version
