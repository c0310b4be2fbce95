"""What YouTube says about the picture it receives: `configurationIssues`, and whom each is a matter for."""

from dataclasses import dataclass
from enum import StrEnum


class IssueKind(StrEnum):
    """What has to be done about it."""

    NETWORK = "network"
    """Too little arrives: the network, or another program that uses it."""
    ENCODER = "encoder"
    """Our own settings: somebody looks at [encoder] in config.toml."""
    SOUND = "sound"
    OTHER = "other"


KINDS = {
    "videoIngestionStarved": IssueKind.NETWORK,
    "videoIngestionFasterThanRealtime": IssueKind.NETWORK,
    "bitrateLow": IssueKind.ENCODER,
    "bitrateHigh": IssueKind.ENCODER,
    "gopSizeOver": IssueKind.ENCODER,
    "gopSizeLong": IssueKind.ENCODER,
    "gopSizeShort": IssueKind.ENCODER,
    "openGop": IssueKind.ENCODER,
    "frameRateHigh": IssueKind.ENCODER,
    "resolutionMismatch": IssueKind.ENCODER,
    "videoResolutionSuboptimal": IssueKind.ENCODER,
    "videoResolutionUnsupported": IssueKind.ENCODER,
    "noVideoStream": IssueKind.NETWORK,
    "noAudioStream": IssueKind.SOUND,
    "audioBitrateLow": IssueKind.SOUND,
    "audioBitrateHigh": IssueKind.SOUND,
    "audioTooManyChannels": IssueKind.SOUND,
}
"""Google's type -> what it is about; the others are OTHER."""


@dataclass(frozen=True)
class Issue:
    """One of `configurationIssues`: Google's `type` and `severity` (info, warning, error)."""

    type: str
    severity: str

    @property
    def kind(self) -> IssueKind:
        """Whom it is a matter for."""
        return KINDS.get(self.type, IssueKind.OTHER)
