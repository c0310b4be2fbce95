"""`[live]`: how many may be connected, and from which pages."""

from urllib.parse import urlsplit

from pydantic import Field, field_validator

from streamer.config_errors import mistake
from streamer.config_parts import Section


class Live(Section):
    """The live channel of the pages."""

    per_address: int = Field(2000, ge=10, le=1_000_000)
    per_person: int = Field(20, ge=2, le=1000)
    origins: list[str] = Field([], max_length=20)

    @field_validator("origins")
    @classmethod
    def _sites(cls, values: list[str]) -> list[str]:
        for value in values:
            parts = urlsplit(value)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.rstrip("/") or parts.query:
                raise mistake(
                    "bad_url", f'"{value}" is not the address of a site', 'write one like "https://www.example.lu"'
                )
        return values
