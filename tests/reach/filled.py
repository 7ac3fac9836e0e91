"""What the mother wrote: a birth registration in which every personal value is a canary, found nowhere else."""

from io import BytesIO
from typing import Any

from PIL import Image

from tests.filing import FORM
from tests.reach.words import MARKUP, canary

#: Fields that take any words.
WORDS = {
    *("full_name", "residence", "family_name", "middle_name", "given_name", "birth_place", "home_place"),
    *("mother_name", "mother_residence"),
}


def canaries() -> tuple[dict[str, dict[str, Any]], tuple[str, ...]]:
    """The birth registration with a canary in every text, and all canaries."""
    plain = {"family_name", "middle_name", "given_name"}
    form: dict[str, dict[str, Any]] = {}
    used: list[str] = []
    for topic, values in FORM.items():
        form[topic] = dict(values)
        for name in WORDS & values.keys():
            word = canary(topic + name)
            used.append(word)
            form[topic][name] = word if name in plain else f"{word} {MARKUP}"
    form["applicant"] |= {"phone": "0977314159", "id_number": "091198004127", "email": "zqmail@vidu.vn"}
    return form, (*used, "0977314159", "091198004127", "zqmail", canary("paper"), canary("note"), canary("comment"))


FILLED, CANARIES = canaries()


def picture() -> bytes:
    kept = BytesIO()
    Image.effect_noise((60, 80), 50).save(kept, "PNG")
    return kept.getvalue()
