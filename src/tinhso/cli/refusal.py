"""What stops a command: one sentence that says what happened and what to do."""


class Refusal(Exception):
    """Raised by any command; `tinhso` prints the Vietnamese sentence, then the English one, and exits with 1."""

    def __init__(self, vietnamese: str, english: str) -> None:
        self.vietnamese, self.english = vietnamese, english
        super().__init__(english)

    def __str__(self) -> str:
        return f"{self.vietnamese}\n{self.english}"
