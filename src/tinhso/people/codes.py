"""The short code of an account."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  #: without what is misheard or misread


def account_code() -> str:
    """A code to read out at the counter; it opens nothing by itself."""
    return "".join(secrets.choice(ALPHABET) for _position in range(8))
