"""What can go wrong between Tribune and YouTube, by what has to be done about it."""

import re

WORD = re.compile(r"[A-Za-z_]{1,60}")
QUOTA_GONE = frozenset({"quotaExceeded", "dailyLimitExceeded"})


class YouTubeError(Exception):
    """Something did not work. `code` is the name of its sentence; no message ever holds a token or a stream key."""

    code = "youtube_failed"


class NotConnected(YouTubeError):
    """Nobody has given consent here yet, or the file with it is gone."""

    code = "youtube_not_connected"


class ConsentEnded(YouTubeError):
    """Google says `invalid_grant`: the consent was revoked or has run out. Only a person can give it again."""

    code = "youtube_consent_ended"


class Refused(YouTubeError):
    """YouTube said no: nothing was changed. `reason` is Google's own word, such as `invalidTransition`; whatever is no
    word is not kept: it could repeat what it was told."""

    code = "youtube_refused"

    def __init__(self, status: int, reason: str) -> None:
        self.status, self.reason = status, reason if WORD.fullmatch(reason) else "unknown"
        super().__init__(f"{status} {self.reason}")

    @property
    def quota_gone(self) -> bool:
        """Until midnight in California nothing will be answered."""
        return self.reason in QUOTA_GONE


class Unclear(YouTubeError):
    """No answer, or an internal error, to something that changes: it may have happened. Look before trying again."""

    code = "youtube_unclear"


class Unreachable(YouTubeError):
    """No answer to a question, however often asked: nothing was changed."""

    code = "youtube_unreachable"
