"""The background work on an uploaded list of officials: check it, carry it out, undo it.

The slow part (hashing first passwords) goes line by line and shows its progress; what changes the house is one
transaction with one event. A worker that dies leaves nothing half-done; the job simply begins again.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import ScryptPasswordHasher, make_password
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from tinhso.kernel import clock, files
from tinhso.kernel.errors import Problem
from tinhso.kernel.events import emit
from tinhso.kernel.jobs import job
from tinhso.kernel.notify import notify
from tinhso.kernel.policy import Actor
from tinhso.people import lists
from tinhso.people.codes import account_code
from tinhso.people.events import ImportUndone, OfficialsImported
from tinhso.people.models import Account, ImportLine, ImportState, Official, OfficialImport, Post, Role, Token
from tinhso.people.models.officials import name_key
from tinhso.people.models.validity import not_over

Effect = ImportLine.Effect
#: scrypt's N for first passwords: each is 80 random bits, so guessing is hopeless at any cost of a guess, and the full
#: cost would keep 3,000 people waiting for minutes. The first log-in hashes it anew at the full cost (decision 0070).
WORK = 2**10
STRIDE = 50  #: lines between two marks of progress

Meant = dict[str, str]


def first_password(batch: OfficialImport, login: str) -> str:
    """The first password of a line: made from a seed in the database and a key outside it; kept nowhere."""
    key: str = settings.HERE.secret("first-passwords")
    made = hmac.new(key.encode() + bytes(batch.password_seed), login.encode(), hashlib.sha256).digest()
    letters = base64.b32encode(made[:10]).decode().lower().translate(str.maketrans("il", "89"))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


@job(name="people.check_list", retries=2)
def check_list(batch: str) -> None:
    """Read the file and say for each line what is wrong or what it would do. Changes nobody."""
    found = OfficialImport.objects.select_related("file").filter(pk=batch, state=ImportState.CHECKING).first()
    if found is None or found.file_id is None:
        return
    scope = [UUID(agency) for agency in found.scope] if found.scope is not None else None
    fault, lines = "", []
    try:
        with files.open_file(found.file_id) as content:
            lines = lists.read(content)
        lists.understand(lines, scope)
    except Problem as problem:
        fault = str(problem.detail)
    with transaction.atomic():
        locked = OfficialImport.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if locked.state != ImportState.CHECKING:
            return
        rows = [
            ImportLine(batch=locked, number=line.number, typed=line.typed, meant=line.meant, faults=line.faults)
            for line in lines
        ]
        judge(rows, scope, locked.made_by_id)
        ImportLine.objects.filter(batch=locked).delete()
        ImportLine.objects.bulk_create(rows, batch_size=1000)
        _sum_up(locked, rows)
        locked.fault, locked.total, locked.done = fault[:500], len(rows), len(rows)
        locked.version += 1
        locked.save()
        files.erase(Actor(system=True, name=locked.made_by_name), found.file_id)  # the lines are kept, not the file


def _sum_up(batch: OfficialImport, rows: list[ImportLine]) -> None:
    counts = {str(effect): 0 for effect in Effect}
    for row in rows:
        counts[row.effect] += 1
    batch.counts = counts
    batch.state = ImportState.WRONG if counts["wrong"] or not rows else ImportState.READY


def judge(rows: list[ImportLine], scope: list[UUID] | None, maker: UUID) -> None:
    """What each line would do to the house as it is now; three queries whatever the length. ``maker``: the account that
    sends the list, which gives itself nothing."""
    logins = {row.meant["login"] for row in rows}
    accounts = {
        account.login: account for account in Account.objects.filter(login__in=logins).select_related("official")
    }
    officials = {a.official.pk: a.official for a in accounts.values() if hasattr(a, "official")}
    live: dict[UUID, list[Post]] = {key: [] for key in officials}
    for post in Post.objects.filter(not_over(), official__in=officials):
        live[post.official_id].append(post)
    for row in rows:
        if not row.faults:
            account = accounts.get(row.meant["login"])
            row.effect = Effect.NEW if account is None else _effect(row, account, live, scope, maker)
        if row.faults:
            row.effect = Effect.WRONG


def _effect(
    row: ImportLine, account: Account, live: dict[UUID, list[Post]], scope: list[UUID] | None, maker: UUID
) -> str:
    official: Official | None = getattr(account, "official", None)
    posts = live[official.pk] if official else []
    at = {post.agency_id for post in posts} or ({official.home_id} - {None} if official else set())
    if official is None or (scope is not None and not at & set(scope)):
        _fault(row, "login", _("Tên đăng nhập này đã có người dùng. Hãy chọn tên khác."))
        return Effect.WRONG
    if not account.is_active or official.left_on is not None:
        _fault(row, "login", _("Cán bộ này đã thôi việc hoặc tài khoản đã đóng. Hãy nhờ quản trị cấp tỉnh mở lại."))
        return Effect.WRONG
    row.official = official
    row.before = {name: value for name, value in _facts(official, account).items() if value != row.meant[name]}
    if not row.meant["email"]:
        row.before.pop("email", None)
    above = {post.role for post in posts} & {Role.AGENCY_ADMIN, Role.PROVINCE_ADMIN, Role.AUDITOR}
    if row.before and scope is not None and (above or not at <= set(scope)):
        _fault(
            row, "full_name", _("Cán bộ còn làm việc ngoài phạm vi của bạn: giữ nguyên họ tên, chức vụ, thư điện tử.")
        )
        return Effect.WRONG
    if "email" in row.before and (account.verified or Role.PROVINCE_ADMIN in above):
        _fault(row, "email", _("Thư điện tử mở được tài khoản đã xác minh hoặc của quản trị cấp tỉnh: để trống ô này."))
        return Effect.WRONG
    if not any(_same_post(post, row.meant) for post in posts):
        if account.pk == maker:
            _fault(row, "role", _("Không ai tự giao quyền cho mình. Hãy nhờ một người quản trị khác."))
            return Effect.WRONG
        return Effect.POST
    return Effect.CHANGED if row.before else Effect.SAME


def _facts(official: Official, account: Account) -> Meant:
    return {"full_name": official.full_name, "title": official.title, "email": account.email}


def _same_post(post: Post, meant: Meant) -> bool:
    first, last = _dates(meant)
    overlaps = (last is None or post.valid_from <= last) and (post.valid_to is None or post.valid_to >= first)
    return str(post.agency_id) == meant["agency"] and post.role == meant["role"] and overlaps


def _dates(meant: Meant) -> tuple[date, date | None]:
    return date.fromisoformat(meant["valid_from"]), date.fromisoformat(meant["valid_to"]) if meant["valid_to"] else None


def _fault(row: ImportLine, column: str, words: str) -> None:
    row.faults.append({"column": lists.LETTERS[column], "words": words})


@job(name="people.carry_out_list", retries=2)
def carry_out_list(batch: str) -> None:
    """Hash the first passwords, then make everything in one transaction."""
    found = OfficialImport.objects.filter(pk=batch, state=ImportState.IMPORTING).first()
    if found is None:
        return
    _hash_passwords(found)
    actor = Actor(account=found.made_by_id, name=found.made_by_name)
    with transaction.atomic():
        locked = OfficialImport.objects.select_for_update().get(pk=found.pk)
        if locked.state != ImportState.IMPORTING:
            return
        rows = list(ImportLine.objects.filter(batch=locked).order_by("number"))
        Account.objects.select_for_update().filter(login__in=[row.meant["login"] for row in rows]).count()
        scope = [UUID(agency) for agency in locked.scope] if locked.scope is not None else None
        judge(rows, scope, locked.made_by_id)
        _sum_up(locked, rows)
        if locked.state == ImportState.WRONG:  # somebody changed the house since the list was checked
            locked.password_seed = b""
        else:
            _make(actor, locked, rows)
            locked.state, locked.done_at = ImportState.DONE, clock.now()
        _save(rows, "effect", "faults", "official", "post", "before", "password")
        locked.done, locked.version = locked.total, locked.version + 1
        locked.save()


def _hash_passwords(batch: OfficialImport) -> None:
    """Hash what is not hashed yet, and mark the progress as it goes."""
    hasher = ScryptPasswordHasher()
    seen: set[str] = set()
    waiting: list[ImportLine] = []
    mails = {row.meant["email"] for row in ImportLine.objects.filter(batch=batch)} - {""} if batch.by_mail else set()
    taken = set(Account.objects.filter(email__in=mails, is_active=True).values_list("email", flat=True))
    for number, row in enumerate(ImportLine.objects.filter(batch=batch).order_by("number"), start=1):
        login = row.meant["login"]
        if row.effect == Effect.NEW and not row.password and login not in seen:
            by_mail = row.meant["email"] in mails - taken  # an address of two accounts lets nobody in
            row.password = (
                make_password(None)
                if by_mail
                else hasher.encode(first_password(batch, login), hasher.salt(), n=WORK, p=1)
            )
            waiting.append(row)
        seen.add(login)
        if number % STRIDE == 0:
            _mark(batch, waiting, number)
            waiting = []
    _mark(batch, waiting, batch.total)


def _mark(batch: OfficialImport, rows: list[ImportLine], number: int) -> None:
    _save(rows, "password")
    OfficialImport.objects.filter(pk=batch.pk).update(done=number)


def _save(rows: list[ImportLine], *fields: str) -> None:
    """Write some fields of many lines: an upsert, many times cheaper than `bulk_update`."""
    ImportLine.objects.bulk_create(
        rows, batch_size=1000, update_conflicts=True, unique_fields=["id"], update_fields=list(fields)
    )


def _make(actor: Actor, batch: OfficialImport, rows: list[ImportLine]) -> None:
    """Accounts, officials and posts of the list, and the one event that tells of them all."""
    made = _make_officials(rows)
    changed = _change(rows)
    posts = [_post(row) for row in rows if row.effect in (Effect.NEW, Effect.POST)]
    Post.objects.bulk_create(posts, batch_size=1000)
    homes = {post.official_id: post.agency_id for post in posts}
    moved = list(Official.objects.filter(pk__in=[row.official_id for row in rows if row.effect == Effect.POST]))
    for official in moved:
        official.home_id, official.version = homes[official.pk], official.version + 1
    Official.objects.bulk_update(moved, ["home", "version"], batch_size=500)
    told = OfficialsImported(
        batch.pk, tuple(o.pk for o in made), tuple(post.pk for post in posts), tuple(o.pk for o in changed)
    )
    emit(actor, told, subject=f"official-list:{batch.pk}")
    mailed = [o.account_id for o in made if not o.account.has_usable_password()]
    if mailed:
        notify(mailed, "people.official_account_made", {}, subject=f"official-list:{batch.pk}")


def _make_officials(rows: list[ImportLine]) -> list[Official]:
    """One account and official for each new log-in name."""
    officials: dict[str, Official] = {}
    for row in rows:
        meant = row.meant
        if row.effect != Effect.NEW or meant["login"] in officials:
            continue
        account = Account(
            login=meant["login"],
            email=meant["email"],
            full_name=meant["full_name"],
            code=account_code(),
            password=row.password,
            must_change_password=True,
        )
        officials[meant["login"]] = Official(
            account=account, full_name=meant["full_name"], title=meant["title"], home_id=UUID(meant["agency"])
        )
    Account.objects.bulk_create([o.account for o in officials.values()], batch_size=1000)
    Official.objects.bulk_create(list(officials.values()), batch_size=1000)
    for row in rows:
        if row.effect == Effect.NEW:
            row.official = officials[row.meant["login"]]
            row.password = ""
    return list(officials.values())


def _change(rows: list[ImportLine]) -> list[Official]:
    """New facts of officials who were there already."""
    wanted = {row.official_id: row for row in rows if row.before and row.effect in (Effect.POST, Effect.CHANGED)}
    found = list(Official.objects.select_related("account").filter(pk__in=list(wanted)))
    for official in found:
        _set_facts(official, {name: wanted[official.pk].meant[name] for name in wanted[official.pk].before})
        official.version += 1
    _save_facts(found)
    return found


def _set_facts(official: Official, facts: Meant) -> None:
    for name, value in facts.items():
        setattr(official.account if name == "email" else official, name, value)
    official.name_key = name_key(official.full_name)


def _save_facts(officials: list[Official]) -> None:
    Official.objects.bulk_update(officials, ["full_name", "name_key", "title", "version"], batch_size=500)
    Account.objects.bulk_update([o.account for o in officials], ["email"], batch_size=500)


def _post(row: ImportLine) -> Post:
    first, last = _dates(row.meant)
    official: Any = row.official
    post = Post(
        official=official, agency_id=UUID(row.meant["agency"]), role=row.meant["role"], valid_from=first, valid_to=last
    )
    row.post = post.pk
    return post


@job(name="people.undo_list", retries=2)
def undo_list(batch: str) -> None:
    """Take a list back: accounts that nobody used are removed, posts ended, facts restored; the rest is named."""
    with transaction.atomic():
        locked = OfficialImport.objects.select_for_update().filter(pk=batch, state=ImportState.UNDOING).first()
        if locked is None:
            return
        rows = list(ImportLine.objects.filter(batch=locked).order_by("number"))
        actor = Actor(account=locked.made_by_id, name=locked.made_by_name)
        removed = _remove_unused(rows)
        _take_back_rest(rows, removed)
        _save(rows, "left", "password")
        left = {row.official_id for row in rows if row.left and row.official_id}
        locked.counts = {**locked.counts, "left": sum(1 for row in rows if row.left)}
        locked.state, locked.undone_at, locked.password_seed = ImportState.UNDONE, clock.now(), b""
        locked.done, locked.version = locked.total, locked.version + 1
        locked.save()
        undone = ImportUndone(locked.pk, tuple(sorted(removed)), tuple(sorted(left)))
        emit(actor, undone, subject=f"official-list:{locked.pk}")


def _remove_unused(rows: list[ImportLine]) -> set[UUID]:
    """Remove the accounts of the list that nobody has used or acted on; ids of the officials removed."""
    ours = {row.official_id for row in rows if row.effect == Effect.NEW and row.official_id}
    posts = {row.post for row in rows if row.post}
    found = Official.objects.select_for_update(of=("self",)).select_related("account").filter(pk__in=ours)
    used = _used(ours, posts)
    unused = {o.pk: o.account_id for o in found if o.pk not in used}
    while unused:
        try:
            with transaction.atomic():
                Post.objects.filter(official__in=unused).delete()
                Official.objects.filter(pk__in=unused).delete()
                Account.objects.filter(pk__in=unused.values()).delete()
            break
        except (ProtectedError, RestrictedError) as held:
            busy = _held_by(held, set(unused) | set(unused.values()))
            unused = {key: account for key, account in unused.items() if not {key, account} & busy}
    for row in rows:
        if row.effect == Effect.NEW and row.official_id not in unused:
            row.left = _("Tài khoản đã được dùng, hoặc đã có việc gắn với cán bộ này. Cho thôi việc nếu cần.")
    return set(unused)


def _used(officials: set[UUID], posts: set[UUID]) -> set[UUID]:
    """Those of the officials with whom anything was done since: signed in, let in anew, given or lost a role."""
    held = Official.objects.filter(pk__in=officials)
    used = set(held.exclude(version=1).values_list("pk", flat=True))
    used |= set(held.filter(account__last_login__isnull=False).values_list("pk", flat=True))
    used |= set(held.filter(account__must_change_password=False).values_list("pk", flat=True))
    used |= set(Token.objects.filter(account__official__in=officials).values_list("account__official", flat=True))
    used |= set(Post.objects.filter(official__in=officials).exclude(pk__in=posts).values_list("official", flat=True))
    return used


def _held_by(held: ProtectedError | RestrictedError, ours: set[UUID]) -> set[UUID]:
    """Which of our rows other rows still point at."""
    things: Iterable[Any] = held.protected_objects if isinstance(held, ProtectedError) else held.restricted_objects
    return {
        getattr(thing, field.attname)
        for thing in things
        for field in thing._meta.concrete_fields
        if field.is_relation and getattr(thing, field.attname) in ours
    } or ours


def _take_back_rest(rows: list[ImportLine], removed: set[UUID]) -> None:
    """End the posts that officials of before were given; restore what still is as the list left it."""
    for row in rows:
        if row.official_id in removed:
            row.official = None
    kept = [row for row in rows if row.official_id and row.effect in (Effect.POST, Effect.CHANGED)]
    found = {o.pk: o for o in Official.objects.select_related("account").filter(pk__in=[r.official_id for r in kept])}
    posts = {post.pk: post for post in Post.objects.filter(pk__in=[row.post for row in kept if row.post])}
    mended: dict[UUID, Official] = {}
    for row in kept:
        official = found[row.official_id]  # type: ignore[index]
        now = _facts(official, official.account)
        if any(now[name] != row.meant[name] for name in row.before):
            row.left = _("Thông tin đã được sửa sau khi nhập; giữ nguyên bản mới.")
        elif row.before:
            _set_facts(official, row.before)
            mended[official.pk] = official
        _end_post(row, posts.get(row.post) if row.post else None)
    for official in mended.values():
        official.version += 1
    _save_facts(list(mended.values()))


def _end_post(row: ImportLine, post: Post | None) -> None:
    if post is None:
        return
    if post.ended_at is not None or (post.valid_to and post.valid_to < clock.today()):
        row.left = _("Vai trò đã kết thúc từ trước.")
    elif post.valid_from > clock.today():
        post.delete()
    else:
        post.valid_to, post.ended_at = clock.today(), clock.now()
        post.save(update_fields=["valid_to", "ended_at"])
