"""Keeping, reading and erasing files. Whether an actor may see a file is for the app that owns it to say."""

import io
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.appending import append_audit
from tinhso.kernel.cipher import Content
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.files.base import ScannerSilent, Verdict
from tinhso.kernel.files.checks import check
from tinhso.kernel.files.registry import scanner
from tinhso.kernel.files.storage import Draft, address_of, content_path, destroy_share, draw, path_of, unwrap, wrap
from tinhso.kernel.ids import new_id
from tinhso.kernel.jobs import job
from tinhso.kernel.models import Blob, FileState, StoredFile
from tinhso.kernel.policy import Actor
from tinhso.kernel.spool import QUARANTINE, append


def store(actor: Actor, *, name: str, content: BinaryIO | bytes, allowed: frozenset[str], limit: int) -> StoredFile:
    """Keep a file: encrypted under a key of its own, its kind found in its content, scanned for malware.

    ``allowed``: media types (`files.PAPERS`, …); ``limit``: bytes. Raises TooLarge, or Invalid with a sentence that
    names the file. When the scanner is silent the file is kept, PENDING, and cannot be read until it answers.
    The original is kept bit by bit, with all that a camera wrote into it: it may be evidence.
    """
    title = _tidy(name)
    draft = draw(content, limit)
    try:
        verdict = _scan(draft)
        if verdict is not None and verdict.threat:
            _quarantine(actor, title, draft, verdict)
        with draft.content() as plain:
            kind = check(title, io.BufferedReader(plain), allowed)
        with transaction.atomic():
            return StoredFile.objects.create(
                name=title,
                media_type=kind.media_type,
                size=draft.size,
                sha256=draft.sha256,
                state=FileState.PENDING if verdict is None else FileState.CLEAN,
                blob=_blob(draft),
                stored_by=actor.account,
            )
    finally:
        draft.drop()


def _tidy(name: str) -> str:
    """The name without folders and without what cannot be shown; its ending survives a cut."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last if letter.isprintable()).strip() or _("tệp")
    return shown if len(shown) <= 200 else shown[:150] + "…" + shown[-40:]


def _scan(draft: Draft) -> Verdict | None:
    """What the scanner says; None while it is silent."""
    with draft.content() as plain:
        try:
            return scanner().scan(io.BufferedReader(plain))
        except ScannerSilent:
            return None


def _quarantine(actor: Actor, name: str, draft: Draft, verdict: Verdict) -> None:
    """Set an infected file aside and refuse it. Through the spool: the refusal rolls the caller's work back."""
    draft.keep()
    append(
        QUARANTINE,
        {
            "id": new_id(),
            "at": clock.now(),
            "account": actor.account,
            "actor": actor.name,
            "name": name,
            "size": draft.size,
            "sha256": draft.sha256,
            "blob": draft.blob,
            "key": wrap(draft.key, draft.blob).hex(),
            "threat": verdict.threat,
        },
    )
    raise Invalid(
        _("Tệp “%(name)s” có mã độc (%(threat)s) nên đã bị cách ly. Hãy quét máy của bạn rồi gửi tệp khác.")
        % {"name": name, "threat": verdict.threat}
    )


def _blob(draft: Draft) -> Blob:
    """The content's blob: the one that is there, else a new one from the draft."""
    address = address_of(draft.sha256)
    known = Blob.objects.select_for_update().filter(address=address).first()
    if known is not None:
        return known
    draft.keep()
    wrapped = wrap(draft.key, draft.blob)
    blob, made = Blob.objects.get_or_create(
        address=address, defaults={"id": draft.blob, "size": draft.size, "wrapped_key": wrapped}
    )
    if not made:
        path_of(address, draft.blob).unlink(missing_ok=True)
        destroy_share(draft.blob)
    return blob


def describe(file: UUID) -> StoredFile:
    """What is known of a file. Raises NotFound."""
    found = StoredFile.objects.select_related("blob").filter(id=file).first()
    if found is None:
        raise NotFound()
    return found


def open_file(file: UUID) -> BinaryIO:
    """The plain content as a stream; close it. Raises NotFound, or Conflict while the scanner has not answered."""
    found = describe(file)
    if found.state == FileState.PENDING:
        raise Conflict(_("Tệp đang được kiểm tra mã độc. Hãy thử lại sau ít phút."))
    if found.state != FileState.CLEAN:
        raise NotFound()
    return plain_content(found)


def plain_content(file: StoredFile) -> BinaryIO:
    """The content whatever the state; for the scanner. Raises NotFound when it was erased."""
    blob = file.blob
    if blob.wrapped_key is None:
        raise NotFound()
    path = path_of(blob.address, blob.id)
    try:
        key = unwrap(bytes(blob.wrapped_key), blob.id)
    except FileNotFoundError:  # an old row, put back after the file was erased
        raise NotFound() from None
    return io.BufferedReader(Content(key, path, blob.size))


def read(file: UUID) -> bytes:
    """The whole plain content. Raises like `open_file`."""
    with open_file(file) as content:
        return content.read()


@job(name="kernel.destroy_content", retries=8)
def destroy(name: str, blob: str) -> None:
    """Key and content of an erased file, at once and again by a worker: a process killed in between leaves neither."""
    destroy_share(UUID(blob))
    content_path(name).unlink(missing_ok=True)


def store_own(actor: Actor, *, name: str, media_type: str, content: bytes) -> StoredFile:
    """Keep what the house itself made: encrypted like any file, but neither guessed at nor scanned."""
    draft = draw(content, len(content))
    try:
        with transaction.atomic():
            return StoredFile.objects.create(
                name=_tidy(name),
                media_type=media_type,
                size=draft.size,
                sha256=draft.sha256,
                blob=_blob(draft),
                stored_by=actor.account,
            )
    finally:
        draft.drop()


def erase(actor: Actor, file: UUID) -> None:
    """Erase a file for good: when no other file has the same content, its key is destroyed (crypto-erasure).

    Raises NotFound.
    """
    with transaction.atomic():
        found = StoredFile.objects.select_for_update().filter(id=file).exclude(state=FileState.ERASED).first()
        if found is None:
            raise NotFound()
        blob = Blob.objects.select_for_update().get(id=found.blob_id)
        found.state, found.name = FileState.ERASED, ""
        found.save(update_fields=["state", "name"])
        if not blob.files.exclude(state=FileState.ERASED).exists():
            path = path_of(blob.address, blob.id)
            blob.wrapped_key = None
            blob.address = blob.id.hex * 2  # the same content may come again, as a blob of its own
            blob.save(update_fields=["wrapped_key", "address"])
            transaction.on_commit(lambda: destroy(path.name, str(blob.id)))
            destroy.defer(name=path.name, blob=str(blob.id))
        append_audit(actor, "kernel.file-erased", subject=f"file:{file}", data={"sha256": found.sha256})
