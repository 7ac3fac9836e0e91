"""What stops a command: one sentence that says what happened and what to do."""

from tinhso.config import Instance


class Refusal(Exception):
    """Raised by any command; `tinhso` prints the Vietnamese sentence, then the English one, and exits with 1."""

    def __init__(self, vietnamese: str, english: str) -> None:
        self.vietnamese, self.english = vietnamese, english
        super().__init__(english)

    def __str__(self) -> str:
        return f"{self.vietnamese}\n{self.english}"


def refuse_production(here: Instance, instead: str) -> None:
    """`up`, `status` and `down` are for a trial; in production systemd does it. Raises Refusal saying ``instead``."""
    if here.production:
        raise Refusal(
            f"{here.home} là hệ thống vận hành thật, do systemd trông coi: hãy dùng {instead}",
            f"{here.home} is in production and kept by systemd: use {instead}",
        )
