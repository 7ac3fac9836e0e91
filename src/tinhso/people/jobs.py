"""Jobs of accounts. What ended is removed by the rules of retention (`retention.py`)."""

from tinhso.people.dispatch import send_code

__all__ = ["send_code"]
