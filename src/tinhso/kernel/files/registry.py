"""Which malware scanner this instance has."""

from typing import cast

from tinhso.kernel.adapters import adapter
from tinhso.kernel.files.base import Scanner


def scanner() -> Scanner:
    """ClamAV when config.toml says ``[scanner] vendor = "clamav"``, else the built-in check.

    The built-in check knows the EICAR test file only: it proves the way a find takes, it protects nobody.
    """
    return cast(Scanner, adapter("scanner", default="eicar"))
