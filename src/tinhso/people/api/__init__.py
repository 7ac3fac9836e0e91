"""The API of people: `/api/v1`."""

from tinhso.people.api.identity import router

__all__ = ["router"]
