"""Lists of officials that were uploaded: each with its lines, what is wrong with them, and what became of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.models import Row
from tinhso.people.models.accounts import Account
from tinhso.people.models.officials import Official


class ImportState(models.TextChoices):
    """Where a list stands."""

    CHECKING = "checking", _("Đang kiểm tra")
    WRONG = "wrong", _("Có dòng cần sửa")
    READY = "ready", _("Đúng cả, chờ bạn nhập")
    IMPORTING = "importing", _("Đang nhập")
    DONE = "done", _("Đã nhập")
    UNDOING = "undoing", _("Đang hoàn tác")
    UNDONE = "undone", _("Đã hoàn tác")
    DROPPED = "dropped", _("Đã bỏ")


class OfficialImport(Row):
    """One uploaded list."""

    file = models.ForeignKey("kernel.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.CHECKING)
    version = models.PositiveIntegerField(default=1)
    by_mail = models.BooleanField(default=False)  #: accounts with an e-mail address set their own password by it
    total = models.PositiveIntegerField(default=0)  #: lines of the list
    done = models.PositiveIntegerField(default=0)  #: lines of the work that runs now
    counts = models.JSONField(default=dict)  #: how many lines: new, changed, same, wrong, left
    fault = models.CharField(max_length=500, blank=True)  #: why the file cannot be read at all
    #: what the first passwords are made from, with a key of the instance; emptied when they are shown
    password_seed = models.BinaryField(default=bytes)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=200)
    #: what the uploader might do when the list was checked: only these agencies; null: the whole province
    scope = models.JSONField(null=True)
    done_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["made_by", "-id"], name="imports_of_account"),)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def working(self) -> bool:
        """A job is busy with it."""
        return self.state in (ImportState.CHECKING, ImportState.IMPORTING, ImportState.UNDOING)


class ImportLine(Row):
    """One line of a list: as typed, what it means, and what became of it."""

    class Effect(models.TextChoices):
        NEW = "new", _("Tài khoản mới")
        POST = "post", _("Thêm vai trò")
        CHANGED = "changed", _("Sửa thông tin")
        SAME = "same", _("Không đổi")
        WRONG = "wrong", _("Cần sửa")

    batch = models.ForeignKey(OfficialImport, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()  #: of the line in the file
    typed = models.JSONField()  #: column → text
    #: [{"column": "D", "words": "…"}]
    faults = models.JSONField(default=list)
    effect = models.CharField(max_length=10, choices=Effect.choices)
    meant = models.JSONField(default=dict)  #: the values read from the cells
    password = models.CharField(max_length=200, blank=True)  #: hashed, of the account to be made
    official = models.ForeignKey(Official, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    post = models.UUIDField(null=True)  #: the post that this line made
    before = models.JSONField(default=dict)  #: what it changed, as it was
    left = models.CharField(max_length=300, blank=True)  #: why it could not be undone

    class Meta:
        constraints = (models.UniqueConstraint(fields=["batch", "number"], name="import_line_once"),)

    def __str__(self) -> str:
        return f"{self.number}"
