"""The world of `tests/reach`, for the long walks through it."""

from tests.reach.conftest import world

__all__ = ["world"]
