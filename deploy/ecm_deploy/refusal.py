"""What is told to people when something cannot be done."""


class Refusal(Exception):
    """What is wrong, and the next step. Nothing was changed because of it."""

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(what)
        self.what = what
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.what}\nnext: {self.next_step}"
