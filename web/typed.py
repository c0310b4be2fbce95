"""What stands in an address or a form, read as a number: whatever is none is nobody's mistake, and nothing."""


def whole_number(text: str, digits: int) -> int | None:
    """A whole number from 0 on, of at most `digits` ASCII digits; `None` for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
