"""Sample data: every app may register a loader in its `samples.py`; all of it is marked as sample where shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tinhso.kernel.registries import Registry


@dataclass(frozen=True)
class SampleAccount:
    """An account that `tinhso up` prints, with what is needed to sign in."""

    login: str
    password: str
    who: str  #: in Vietnamese: name, role and agency
    totp: str = ""  #: the base32 secret of its authenticator, when it has one


#: Adds its sample data when it is missing, and returns the accounts that it owns.
SampleLoader = Callable[[], Sequence[SampleAccount]]

sample_loaders: Registry[SampleLoader] = Registry("sample loader")
