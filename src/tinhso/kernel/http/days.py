"""Days in the API: ISO 8601 calendar dates and nothing else."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError


def _iso(value: Any) -> Any:
    """Refuse what pydantic would read as a day although nobody means one: "0" is not 1 January 1970."""
    if isinstance(value, date) or (isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        return value
    raise PydanticCustomError("date_parsing", "a day is written 2025-09-05")


Day = Annotated[date, BeforeValidator(_iso)]
