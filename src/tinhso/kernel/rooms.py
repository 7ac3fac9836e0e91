"""An app of the house: every app has the same rooms, and opens them at start-up."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

#: Rooms that register something (events, reactions, measures …) when they are imported.
REGISTERING_ROOMS = (
    *("policies", "classes", "events", "reactions", "measures", "pack", "jobs", "notices", "samples", "moving"),
    *("retention", "personal"),
)


class House(AppConfig):
    """Base of every TinhSo app: imports the rooms that register things with the kernel."""

    default_auto_field = "django.db.models.BigAutoField"

    def __init_subclass__(cls) -> None:
        """Django sees House itself in every apps.py too: without a default it would pick neither, silently."""
        cls.default = True

    def ready(self) -> None:
        for room in REGISTERING_ROOMS:
            dotted = f"{self.name}.{room}"
            if find_spec(dotted) is not None:
                import_module(dotted)
