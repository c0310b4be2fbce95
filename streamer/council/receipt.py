"""A receipt's code: nine letters by which an asker finds a question again: on paper, on another device."""

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for one another when they are read aloud or written by hand."""
LENGTH = 9
"""31 ** 9 codes: with ten thousand questions one guess in 2.6 thousand million finds any of them."""


def code_of(number: int) -> str:
    """The code for a large random `number`."""
    letters = []
    for _ in range(LENGTH):
        number, letter = divmod(number, len(LETTERS))
        letters.append(LETTERS[letter])
    return "".join(letters)


def as_shown(code: str) -> str:
    """`abcdefghj` as "ABC-DEF-GHJ"."""
    return "-".join(code[place : place + 3] for place in range(0, LENGTH, 3)).upper()


def as_typed(text: str) -> str | None:
    """The code somebody typed, whatever the case, the spaces and the dashes; `None` for what can be none."""
    code = "".join(letter for letter in text[:60].casefold() if letter not in " -–—.\u00a0\t\r\n")
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else None
