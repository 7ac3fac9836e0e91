"""Pages of the strategy: open to everybody; officials write on the same pages."""

from django.urls import URLPattern, URLResolver, include, path

import tinhso.indicators.navigation  # noqa: F401 - registers the menus
from tinhso.indicators.pages import records, snapshots, targets, undertakings

_own: list[URLPattern | URLResolver] = [
    path("chien-luoc", targets.board, name="board"),
    path("chien-luoc/muc-tieu.csv", targets.as_csv, name="csv"),
    path("chien-luoc/muc-tieu.xlsx", targets.as_xlsx, name="xlsx"),
    path("chien-luoc/muc-tieu/<str:key>", targets.target, name="target"),
    path("chien-luoc/muc-tieu/<str:key>/danh-sach", records.of_target, name="records"),
    path("chien-luoc/nhiem-vu", undertakings.tasks, name="tasks"),
    path("chien-luoc/phan-cong", undertakings.duties, name="duties"),
    path("chien-luoc/viec/<str:key>", undertakings.undertaking, name="undertaking"),
    path("chien-luoc/viec/<str:key>/danh-sach", records.of_undertaking, name="undertaking_records"),
    path("chien-luoc/viec/<str:key>/ghi", undertakings.write, name="write"),
    path("chien-luoc/minh-chung/<uuid:evidence>", undertakings.evidence, name="evidence"),
    path("chien-luoc/ban-chup", snapshots.snapshots, name="snapshots"),
    path("chien-luoc/ban-chup/<uuid:snapshot>.pdf", snapshots.paper, name="snapshot_pdf"),
    path("chien-luoc/ban-chup/<uuid:snapshot>.json", snapshots.data, name="snapshot_json"),
    path("chien-luoc/ban-chup/<uuid:snapshot>/<str:act>", snapshots.act, name="snapshot_act"),
]
urls: list[URLPattern | URLResolver] = [path("", include((_own, "indicators")))]
