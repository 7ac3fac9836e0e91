"""What Vite built: hashed asset names and the shapes of icons. Read once, when first needed."""

import json
from functools import cache
from typing import cast

from django.conf import settings
from django.templatetags.static import static


def is_built() -> bool:
    """Whether `npm run build` has been run in `frontend/`. Without it pages work, unstyled."""
    return (settings.BUILT / "manifest.json").is_file()


@cache
def _files() -> dict[str, str]:
    """Entry name ("main.css", "site.js") to built file ("assets/main-LDB08L-X.css")."""
    if not is_built():
        return {}
    manifest = json.loads((settings.BUILT / "manifest.json").read_text())
    return {source.rsplit("/", 1)[-1]: entry["file"] for source, entry in manifest.items()}


def asset_url(name: str) -> str:
    """The address of a built file; empty when nothing has been built yet. Raises LookupError for a wrong name."""
    files = _files()
    if not files:
        return ""
    if name not in files:
        raise LookupError(f"Vite built no {name}; it built {', '.join(sorted(files))}")
    return static(files[name])


@cache
def _icons() -> dict[str, str]:
    path = settings.BUILT / "icons.json"
    return cast(dict[str, str], json.loads(path.read_text())) if path.is_file() else {}


def icon_shapes(name: str) -> str:
    """What is inside the ``<svg>`` of a lucide icon. Raises LookupError for an unknown name."""
    icons = _icons()
    if not icons:
        return ""
    if name not in icons:
        raise LookupError(f"lucide has no icon {name!r}; see https://lucide.dev/icons")
    return icons[name]
