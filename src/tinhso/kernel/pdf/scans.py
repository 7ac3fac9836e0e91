"""A scan that somebody sent, before the state signs it: nothing in it acts by itself, and the signer can open it."""

from collections.abc import Iterator
from io import BytesIO

from django.utils.translation import gettext as _
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from tinhso.kernel.errors import Invalid

#: What makes a file act or carry another one (ISO 32000-2, 12.6.4, 7.11.4, 12.7.8, 13.7).
_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EmbeddedFile", "/XFA", "/RichMediaContent", "/AA"})
_ACTIVE_ACTIONS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute"})
#: A scan has some objects a page.
_MOST_OBJECTS = 100_000


def signable(pdf: bytes) -> bytes:
    """The scan as it can be signed: bit by bit, or written anew when it is a PDF that only lenient readers open. Raises
    Invalid with a sentence on what to do."""
    unreadable = Invalid(_("Không đọc được tệp PDF này. Quét lại thành PDF thường rồi tải lên."))
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        if reader.encrypted:
            raise Invalid(_("Tệp PDF này đặt mật khẩu. Bỏ mật khẩu, hoặc quét lại."))
        if any(map(_acts, _dictionaries(reader))):
            raise Invalid(_("Tệp PDF này có mã tự chạy hoặc tệp đính kèm bên trong. Quét lại thành PDF thường."))
        if _opens(pdf):
            return pdf
        again = BytesIO()
        copy_into_new_writer(reader).write(again)
    except Invalid:
        raise
    except Exception as fault:  # a stranger's file: whatever its reader stumbles over
        raise unreadable from fault
    if not _opens(again.getvalue()):
        raise unreadable
    return again.getvalue()


def _opens(pdf: bytes) -> bool:
    """Whether the signer's own reader takes the file, down to its last page."""
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        writer.find_page_for_modification(-1)
    except (PdfError, ValueError):
        return False
    return True


def _acts(found: generic.DictionaryObject) -> bool:
    return bool(_ACTIVE_KEYS & set(found)) or found.get("/S") in _ACTIVE_ACTIONS


def _dictionaries(reader: PdfFileReader) -> Iterator[generic.DictionaryObject]:
    """Every dictionary that can be reached from the file's root. Raises Invalid for more than any scan has."""
    seen: set[tuple[int, int]] = set()
    waiting: list[generic.PdfObject] = [reader.root]
    while waiting:
        each = waiting.pop()
        if isinstance(each, generic.IndirectObject):
            if (each.idnum, each.generation) in seen:
                continue
            seen.add((each.idnum, each.generation))
            if len(seen) > _MOST_OBJECTS:
                raise Invalid(_("Tệp PDF này quá phức tạp. Quét lại thành PDF thường."))
            each = each.get_object()
        if isinstance(each, generic.DictionaryObject):
            yield each
            waiting += [each.raw_get(key) for key in each]
        elif isinstance(each, generic.ArrayObject):
            waiting += [each.raw_get(place) for place in range(len(each))]
