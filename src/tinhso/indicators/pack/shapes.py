"""What the files of `strategy/` hold."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tinhso.indicators.models import Direction
from tinhso.kernel.packs import Fact
from tinhso.places.models import AgencyKind

FOLDER = "strategy"
STRATEGY, HEADINGS = f"{FOLDER}/strategy.yaml", f"{FOLDER}/headings.yaml"
TARGETS, TASKS, DUTIES = f"{FOLDER}/targets.yaml", f"{FOLDER}/tasks.yaml", f"{FOLDER}/duties.yaml"

Key = Annotated[str, Field(pattern=r"^[0-9A-Z.]+-[0-9]+[a-z]?$", max_length=20)]
ClauseKey = Annotated[str, Field(pattern=r"^[0-9IVX]+(\.[0-9]+)+$", max_length=20)]
Words = Annotated[str, Field(min_length=1, max_length=4000)]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Strategy(Fact):
    """`strategy.yaml`: which decision this is, and where its text lies."""

    number: str = Field(min_length=1, max_length=60)
    title: str = Field(min_length=1, max_length=300)
    first_day: date
    text: str = Field(pattern=r"^[a-z0-9-]+\.txt$")


class OwnerLine(Shape):
    """Who is charged: the decision's own words, and the agencies meant (by suffix, or all of a kind)."""

    name: str = Field(min_length=1, max_length=300)
    agencies: list[str] = []
    kinds: list[AgencyKind] = []


class TargetLine(Shape):
    """One number of a sentence."""

    id: Key
    title: str = Field(min_length=1, max_length=200)
    part: Words
    value: Decimal = Field(ge=0, max_digits=9, decimal_places=2)
    unit: str = Field(min_length=1, max_length=40)
    direction: Direction
    series: str = Field(pattern=r"^[a-z0-9-]+$", max_length=60)
    owner: OwnerLine | None = None
    measure: str = Field(default="", max_length=60)
    note: str = Field(default="", max_length=1000)
    unverified: bool = False


class Bullet(Shape):
    """One sentence of part II with the targets in it."""

    clause: ClauseKey
    bullet: int = Field(ge=1)
    sentence: Words
    year: int = Field(ge=2000, le=2100)
    targets: list[TargetLine] = Field(min_length=1)


class UndertakingLine(Shape):
    """One sentence of part III or of article 2."""

    id: Key
    clause: ClauseKey
    sentence: Words
    sector: str = Field(default="", max_length=100)
    owner: OwnerLine | None = None
    measure: str = Field(default="", max_length=60)
