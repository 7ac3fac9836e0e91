"""Files: encrypted, scanned, known by their content.

paper = files.store(actor, name=upload.name, content=upload, allowed=files.PAPERS, limit=10 * files.MB)
files.read(paper.id)
"""

from tinhso.kernel.files.kinds import DOCX, HEIC, JPEG, KINDS, PAPERS, PDF, PNG, WEBP, XLSX, ZIP
from tinhso.kernel.files.service import describe, erase, open_file, read, store, store_own
from tinhso.kernel.models import FileState, StoredFile

MB = 1024 * 1024

__all__ = [
    "DOCX",
    "HEIC",
    "JPEG",
    "KINDS",
    "MB",
    "PAPERS",
    "PDF",
    "PNG",
    "WEBP",
    "XLSX",
    "ZIP",
    "FileState",
    "StoredFile",
    "describe",
    "erase",
    "open_file",
    "read",
    "store",
    "store_own",
]
