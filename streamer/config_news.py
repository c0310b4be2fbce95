"""The section [news]: what is told outside when a meeting is planned, changed, live or published."""

from pydantic import Field

from streamer.config_parts import Section


class News(Section):
    """Nothing here: feeds and the calendar are all there is."""

    email: bool = False
    wait_minutes: float = Field(10.0, ge=0, le=24 * 60)
