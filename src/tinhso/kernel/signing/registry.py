"""Which kinds of key there are: a key is named ``kind:name``, e.g. ``file:seal-<agency id>``."""

from collections.abc import Callable

from tinhso.kernel.registries import Registry
from tinhso.kernel.signing.base import Signer

#: kind → how to reach the key of a name
signers: Registry[Callable[[str], Signer]] = Registry("signer")
