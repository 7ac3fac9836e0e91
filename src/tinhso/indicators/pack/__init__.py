"""The strategy of a province pack: `strategy/`, held word for word against the decision's own text."""

from tinhso.indicators.pack import checking, loading
from tinhso.kernel.packs import Mistake, Pack, PackPart, register

FOLDER = "strategy"


def check(pack: Pack) -> list[Mistake]:
    return checking.check(pack)


def load(pack: Pack) -> None:
    loading.load(pack)


register(PackPart("indicators.strategy", FOLDER, check, load))
