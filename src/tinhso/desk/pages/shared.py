"""Choices as the page components draw them."""

from collections.abc import Iterable


def options(choices: Iterable[tuple[str, object]], chosen: str) -> list[dict[str, object]]:
    """Values and words, the chosen one marked."""
    return [{"value": value, "label": label, "chosen": value == chosen} for value, label in choices]
