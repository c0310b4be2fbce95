"""Refusals: a rule said no. They carry a code and values, so that each page can say it in its own language."""

from collections.abc import Mapping, Sequence


class Refused(Exception):
    """An order the rules do not allow now. `code` is stable, `values` fill its sentence, `can` is what is possible."""

    def __init__(self, code: str, *, can: Sequence[str] = (), **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values: Mapping[str, object] = values
        self.can = tuple(can)


class Invalid(Exception):
    """Input that cannot be used: `mistakes` maps each field to (code, values). Nothing was stored."""

    def __init__(self, mistakes: Mapping[str, tuple[str, Mapping[str, object]]]) -> None:
        super().__init__(dict(mistakes))
        self.mistakes = dict(mistakes)


class Conflict(Exception):
    """Somebody else was faster: the order was given upon a version that is no longer the last."""

    def __init__(self, seen: int, now: int) -> None:
        super().__init__(f"version {seen} was seen, {now} is the last")
        self.seen, self.now = seen, now


class Unknown(Exception):
    """No such meeting, item or question."""

    def __init__(self, what: str, id: str) -> None:
        super().__init__(what, id)
        self.what, self.id = what, id
