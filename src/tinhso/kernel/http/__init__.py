"""The rules of the HTTP API, said once: problem details, paging, idempotency, versions, CSRF, OpenAPI 3.1.

What an app's ``api.py`` imports is here; ``project.api`` makes the one `HouseAPI`.
"""

from tinhso.kernel.http.api import IF_MATCH, HouseAPI
from tinhso.kernel.http.days import Day
from tinhso.kernel.http.paging import Page, decode_cursor, encode_cursor, following, page_of, paged
from tinhso.kernel.http.problems import ProblemOut, problem_response
from tinhso.kernel.http.versions import etag, require_match

__all__ = [
    "IF_MATCH",
    "Day",
    "HouseAPI",
    "Page",
    "ProblemOut",
    "decode_cursor",
    "encode_cursor",
    "etag",
    "following",
    "page_of",
    "paged",
    "problem_response",
    "require_match",
]
