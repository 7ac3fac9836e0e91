"""What an account that nobody has verified may put into the house in a day: it costs nothing to make one, and what it
sends stays on record. Known persons and officials have no such bound."""

from datetime import timedelta

from django.utils.translation import gettext as _

from tinhso.dossiers.policies import account_of
from tinhso.kernel.policy import Actor
from tinhso.kernel.throttle import spend

DRAFTS_A_DAY, PAPERS_A_DAY, COPIES_A_DAY = 30, 100, 100
DAY = timedelta(days=1)


def allow_draft(actor: Actor) -> None:
    """Count one more draft of an unverified account. Raises TooMany."""
    words = _("Hôm nay tài khoản này đã mở quá nhiều tờ khai. Hãy điền tiếp tờ khai đã có, hoặc đợi %(minutes)d phút.")
    if _unknown(actor):
        spend(f"drafts:{account_of(actor)}", DRAFTS_A_DAY, DAY, words=words)


def allow_paper(actor: Actor) -> None:
    """Count one more file of an unverified account. Raises TooMany."""
    words = _("Hôm nay tài khoản này đã gửi quá nhiều tệp. Tờ khai và các tệp đã gửi còn nguyên; đợi %(minutes)d phút.")
    if _unknown(actor):
        spend(f"papers:{account_of(actor)}", PAPERS_A_DAY, DAY, words=words)


def allow_copy(actor: Actor) -> None:
    """Count one more text of an unverified account that is kept beside a newer one. Raises TooMany."""
    words = _("Mục này đã được lưu ở nơi khác quá nhiều lần hôm nay. Hãy tải lại trang rồi sửa bản đã lưu.")
    if _unknown(actor):
        spend(f"copies:{account_of(actor)}", COPIES_A_DAY, DAY, words=words)


def _unknown(actor: Actor) -> bool:
    return not actor.assured and not actor.grants
