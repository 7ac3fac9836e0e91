"""The API `/api/v1`: each app brings a `router` in `api.py` and is mounted here."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings

from tinhso.kernel.http import HouseAPI

api = HouseAPI(title="TinhSo", version="1.0", urls_namespace="api")

for app in settings.FLOORS:
    if find_spec(f"{app}.api") is not None:
        api.add_router("", import_module(f"{app}.api").router)
