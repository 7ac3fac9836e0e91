"""Which adapter of `kernel.contrib` an instance uses: ``[scanner]``, ``[sms]`` … of config.toml name a vendor."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from tinhso.config import instance


def adapter(purpose: str, default: str) -> Any:
    """The adapter that ``[purpose] vendor = …`` names, made with the other settings of that section.

    A vendor is a folder of ``kernel/contrib`` with ``make(settings)``. Raises LookupError for one that is not there.
    """
    settings = dict(instance().settings.get(purpose, {}))
    vendor = str(settings.pop("vendor", default))
    dotted = f"tinhso.kernel.contrib.{vendor}"
    if not vendor.isidentifier() or find_spec(dotted) is None:
        raise LookupError(f"config.toml: [{purpose}] vendor = {vendor!r}: there is no folder kernel/contrib/{vendor}")
    return import_module(dotted).make(settings)
