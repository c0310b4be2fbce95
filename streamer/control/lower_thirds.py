"""What the lower third says: the meeting tells which one is shown, this finds its words."""

from streamer.council.errors import Unknown
from streamer.council.lower_third import ThirdKind
from streamer.council.meeting import Meeting
from streamer.council.picture import Program, desired
from streamer.council.questions import Status
from streamer.store.questions import Questions


class LowerThirds:
    """`questions`: where the text of the one on air is; the log knows only its id."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions

    async def text(self, meeting: Meeting) -> str:
        """Its lines; empty where nothing is to be shown. Only the chamber has a lower third, no slate."""
        third = meeting.lower_third
        if third is None or not isinstance(desired(meeting.phase), Program):
            return ""
        match third.kind:
            case ThirdKind.ITEM:
                return item_title(meeting)
            case ThirdKind.SPEAKER:
                return f"{third.name}\n{third.function}"
            case ThirdKind.QUESTION:
                return await self._question(meeting.id, third.question or "")

    async def _question(self, meeting: str, id: str) -> str:
        """Its text alone: a name would stay in the recording when it is erased everywhere else."""
        try:
            question = await self._questions.get(meeting, id)
        except Unknown:
            return ""
        return question.text if question.status is Status.ON_AIR else ""


def item_title(meeting: Meeting) -> str:
    """Number and title of the open item; empty where there is none, or it is not public."""
    item = meeting.open_item
    return item.title if item and item.public else ""
