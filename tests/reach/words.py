"""Words that stand nowhere else, and markup that must never run."""

#: Markup that every text of hers carries; a page that shows it must show it as text.
MARKUP = "<img src=x onerror=alert(1)>"


def canary(word: str) -> str:
    """A word of letters that stands nowhere else."""
    return "Zq" + word.replace("_", "")
