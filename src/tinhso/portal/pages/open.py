"""What needs no account: following a dossier, checking a signed document, the authority's root."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.dossiers import queries
from tinhso.dossiers.policies import TRACK, VERIFY
from tinhso.dossiers.verification import verify_for
from tinhso.kernel.errors import NotFound, Problem, TooLarge, TooMany
from tinhso.kernel.policy import guard
from tinhso.kernel.signing.authority import authority
from tinhso.kernel.signing.pades import common_name
from tinhso.people.entrance import address_of

#: Largest document that the check takes, in bytes.
LIMIT = 20 * 1024 * 1024


@guard(TRACK)
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Status and dates by code and four digits; no names."""
    code = request.POST.get("code", request.GET.get("ma", ""))[:60]
    if request.method != "POST":
        return render(request, "portal/track.html", {"code": code})
    try:
        found = queries.track(code, request.POST.get("last4", ""), address_of(request))
    except (NotFound, TooMany) as refused:
        context = {"code": code, "problem": str(refused.detail)}
        return render(request, "portal/track.html", context, status=refused.status)
    return render(request, "portal/tracked.html", {"dossier": found, "code": code})


@guard(VERIFY)
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check the uploaded file itself: intact, who signed, when, still in force."""
    if request.method != "POST":
        return render(request, "portal/verify.html", {})
    file = request.FILES.get("file")
    if file is None:
        return _refused(request, _("Chọn tệp PDF cần kiểm tra rồi bấm “Kiểm tra”."), 422)
    try:
        if (file.size or 0) > LIMIT:
            raise TooLarge(
                _("Tệp quá 20 MB. Giấy tờ do tỉnh cấp không lớn như vậy: kiểm tra lại bạn chọn đúng tệp chưa.")
            )
        verdict = verify_for(address_of(request), file.read())
    except Problem as refused:
        return _refused(request, str(refused.detail), refused.status)
    return render(request, "portal/verified.html", {"verdict": verdict, "name": file.name})


def _refused(request: HttpRequest, words: str, status: int) -> HttpResponse:
    return render(request, "portal/verify.html", {"problem": words}, status=status)


@guard(VERIFY)
@require_safe
def root_certificate(request: HttpRequest) -> HttpResponse:
    """The root certificate that makes a reader trust our signatures: on a page to print, or as a file."""
    held = authority()
    if request.GET.get("tep"):
        response = HttpResponse(held.root_pem(), content_type="application/x-pem-file")
        response["Content-Disposition"] = 'attachment; filename="tinhso-root.pem"'
        return response
    root = held.root()
    context = {
        "name": common_name(root),
        "development": not held.closed,
        "fingerprint": held.fingerprint(),
        "not_before": root.not_valid_before_utc,
        "not_after": root.not_valid_after_utc,
    }
    return render(request, "portal/root.html", context)
