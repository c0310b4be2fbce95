"""When a meeting begins, as a moment: its plan tells it in words."""

from datetime import datetime, tzinfo

from streamer.council.meeting import Meeting


def start_of(meeting: Meeting, zone: tzinfo) -> float:
    """Unix seconds. A start without a zone is on the council's own clock, `zone`."""
    start = datetime.fromisoformat(meeting.start)
    return (start if start.tzinfo else start.replace(tzinfo=zone)).timestamp()
