"""One meeting's machines: its encoder, its publishers, and the list of what the public has been sent."""

import asyncio
import contextlib
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path

from streamer.control.air_list import JOURNAL, RECENT, AirList
from streamer.control.desk import Clock
from streamer.control.destination_view import DestinationWatch
from streamer.control.hours import start_of
from streamer.control.senders import sender_to
from streamer.control.status import EncoderView, RecordingView, SourceStatus, Status
from streamer.council.air import leaks, playable_from
from streamer.council.clip import Shape
from streamer.council.meeting import Meeting, Span
from streamer.council.networks import Sending
from streamer.council.phase import Phase
from streamer.council.picture import Picture, Program, Slate, desired
from streamer.council.screening import Screening
from streamer.media.binary import Ffmpeg
from streamer.media.encoder import Encoder
from streamer.media.encoder_status import EncoderState
from streamer.media.playlist import Window, render, window, write
from streamer.media.publisher import Destination
from streamer.media.room import free_bytes
from streamer.media.run import clear_last, clear_leftovers
from streamer.media.segments import Segment, read_segments, signature
from streamer.media.settings import EncoderSettings
from streamer.media.slate import Slates
from streamer.media.source import Source
from streamer.media.standin import fill, hole
from streamer.media.upright import Upright

PUBLISHED_SECONDS = 60.0
"""How much of the past the publishers' playlist holds: enough to reconnect, too little for a burst of stale minutes."""
LIVE_SECONDS = 300.0
"""How far back a citizen can rewind in the local live player."""
PREVIEW_SECONDS = 30.0
"""How far back the clerk's own picture can be rewound."""


@dataclass(frozen=True)
class Studio:
    """What every broadcast of this commune shares. `delay`: seconds the public runs behind; `zone`: the council's;
    `council`: its name."""

    recordings: Path
    source: Source
    settings: EncoderSettings
    ffmpeg: Ffmpeg
    slates: Slates
    destinations: Sequence[Destination]
    delay: float
    zone: tzinfo = UTC
    council: str = ""


class Broadcast:
    """The machines of one meeting, in rehearsal (private, in a scratch folder) or for real."""

    def __init__(self, meeting: str, studio: Studio, clock: Clock, *, rehearsal: bool) -> None:
        self.rehearsal, self._studio = rehearsal, studio
        home = studio.recordings / meeting
        self.folder = home / "rehearsal" if rehearsal else home
        self.folder.mkdir(parents=True, exist_ok=True)
        self.air = AirList(None if rehearsal else self.folder / JOURNAL)
        self.segments: list[Segment] = []
        self.encoder = Encoder(self.folder, studio.source, studio.settings, studio.ffmpeg, studio.slates, clock=clock)
        seconds = studio.settings.segment_seconds
        self._uprights = {
            shape: Upright(shape, self.folder, studio.settings, studio.ffmpeg, studio.council, clock)
            for shape in {to.shape for to in studio.destinations} - {Shape.WIDE}
        }
        self._publishers = [
            sender_to(to, self.folder, self.air, studio.ffmpeg, seconds, clock, self._uprights.get(to.shape))
            for to in studio.destinations
        ]
        self._outlets = list(zip(studio.destinations, self._publishers, strict=True))
        self._watches = [DestinationWatch(publisher, to.backup_of) for to, publisher in self._outlets]
        self._filmed = Filmed(self.folder)
        self._sending: set[str] = set()
        self._started = self._ended = False
        self._signature: object = None
        self._filled: tuple[Span, ...] = ()
        self._filling: asyncio.Task[None] | None = None

    async def adopt(self, meeting: Meeting) -> None:
        """Go on with the processes of a service that was killed; what its phase does not want any more is ended first.

        Returns when no process of that service is left but those that were adopted.
        """
        picture = picture_of(meeting, self._studio.zone)
        if picture is None:
            return
        await self.encoder.adopt(picture)
        if meeting.phase.on_air:
            await self._start(meeting)
        adopted = [*self.encoder.pids, *(pid for publisher in self._publishers for pid in publisher.pids)]
        open_to_all = meeting.phase is not Phase.CLOSED_SESSION  # else nothing that was begun may stay
        await clear_leftovers(self.folder, adopted, salvage=open_to_all)
        if not self.encoder.films:
            clear_last(self.folder, "program", salvage=open_to_all)

    async def follow(self, meeting: Meeting, now: float) -> None:
        """Bring the machines where the meeting's phase wants them. `now` in unix seconds."""
        await self.encoder.show(picture_of(meeting, self._studio.zone))
        lost = self._look(meeting)
        if self.rehearsal:
            return
        if meeting.phase.on_air and not self._started:
            await self._start(meeting)
        elif meeting.phase.on_air:
            await self._send_as_ordered(meeting)
        self._fill_up(meeting)
        if self.air.extend(meeting, self.segments, now=now, delay=self._studio.delay) or lost:
            self._write_air(ended=False)
        if lost:
            await asyncio.gather(*(upright.anew() for upright in self._uprights.values()))

    def _fill_up(self, meeting: Meeting) -> None:
        """Put a still in the place of what was just taken back, or the public would see nothing for as long."""
        taken, picture = meeting.withheld[-1:], picture_of(meeting, self._studio.zone)
        if (
            meeting.screening is Screening.DELAYED
            or taken in ((), self._filled)
            or taken[0].start != meeting.changes[-1][0]
            or not isinstance(picture, Slate)
        ):
            return
        self._filled = taken
        if self.air.segments and self.air.segments[-1].end > taken[0].end:
            return  # of an earlier service: it is past
        place = hole(self.folder, [*self.segments, *self.air.segments], taken[0].end)
        if place:
            image, studio = self._studio.slates.path(picture), self._studio
            self._filling = asyncio.create_task(fill(self.folder, image, place, studio.settings, studio.ffmpeg))

    async def _start(self, meeting: Meeting) -> None:
        for upright in self._uprights.values():
            upright.title = meeting.name
        adopted = [publisher.adopt() for to, publisher in self._outlets if self._wanted(meeting, to)]
        if not any(adopted):
            (self.folder / "air.m3u8").unlink(missing_ok=True)  # of an earlier run: nobody must send it again
        self._started = True
        await self._send_as_ordered(meeting)

    async def _send_as_ordered(self, meeting: Meeting) -> None:
        """Each destination by itself. What ended by itself is not begun again."""
        for to, publisher in self._outlets:
            if self._wanted(meeting, to) and to.name not in self._sending:
                self._sending.add(to.name)
                await publisher.start()
            elif not self._wanted(meeting, to) and to.name in self._sending:
                self._sending.discard(to.name)
                await publisher.rest()

    @staticmethod
    def _wanted(meeting: Meeting, to: Destination) -> bool:
        return meeting.sending(to.ordered_as, to.usual) is Sending.SEND

    def drained(self) -> bool:
        """Whether the encoder has stopped and everything recorded has been sent out."""
        return self.encoder.status().state is EncoderState.IDLE and self.air.drained(self.segments)

    async def finish(self) -> None:
        """Tell the publishers that no more comes; each sends the rest and ends."""
        if self.air.segments and not self.rehearsal:
            self._ended = True
            self._write_air(ended=True)
            await asyncio.gather(*(publisher.finish() for publisher in self._publishers))
        await self.close()

    async def close(self) -> None:
        """End every process now. A rehearsal leaves nothing behind."""
        if self._filling:
            self._filling.cancel()
            await asyncio.gather(self._filling, return_exceptions=True)
        await self.encoder.close()
        await asyncio.gather(*(publisher.stop() for publisher in self._publishers))
        if self.rehearsal:
            await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)

    def live_playlist(self) -> str:
        """What the local live player reads."""
        return self._rendered(LIVE_SECONDS, ended=self._ended, prefix="segments/")

    def preview_playlist(self) -> str:
        """The last half minute without delay: for the clerk alone."""
        return render_window(window(self.segments, PREVIEW_SECONDS), self._studio.settings, prefix="segments/")

    def status(self, meeting: Meeting, now: float, viewers: int) -> Status:
        """What was ordered and what is."""
        encoder = self.encoder.status()
        return Status(
            meeting=meeting.id, phase=meeting.phase,
            source=SourceStatus(
                self._studio.source.redacted, encoder.source_ok, encoder.level_db, encoder.last_error,
                encoder.error_code,
            ),
            encoder=EncoderView(
                name_of(encoder.ordered), name_of(encoder.showing), encoder.state, max(now - encoder.since, 0.0),
                encoder.fps,
            ),
            recording=self._recording(),
            destinations=[watch.view(now, self.air.seconds) for watch in self._watches],
            aired_seconds=self.air.seconds, delay_seconds=self._studio.delay,
            elapsed_seconds=max(now - (meeting.went_live_at or now), 0.0), viewers=viewers,
            signals=encoder.signals, screening=meeting.screening,
        )  # fmt: skip

    def _recording(self) -> RecordingView:
        return RecordingView(self._filmed.seconds, self._filmed.bytes, free_bytes(self.folder))

    def _look(self, meeting: Meeting) -> bool:
        """Read the segments again if there is news, and destroy what must not be left. Whether any of that had
        been aired."""
        if (now := (signature(self.folder), meeting.changes)) == self._signature:
            return False
        if meeting.phase is Phase.CLOSED_SESSION:
            clear_last(self.folder, "program")
        found = read_segments(self.folder)
        self.air.hide_before(playable_from(meeting))
        leaking = {segment.name: segment for segment in leaks(meeting, [*found, *self.air.segments])}
        destroy(self.folder, leaking.values())
        self.segments = [segment for segment in found if segment.name not in leaking]
        self._filmed.count(self.segments)
        self._filmed.forget(leaking.values())
        self._signature = now
        return self.air.forget(leaking)

    def _write_air(self, *, ended: bool) -> None:
        write(self.folder / "air.m3u8", self._rendered(PUBLISHED_SECONDS, ended=ended))

    def _rendered(self, seconds: float, *, ended: bool, prefix: str = "") -> str:
        shown = window(self.air.segments, seconds, not_before=self.air.first)
        return render_window(shown, self._studio.settings, ended=ended, prefix=prefix)


class Filmed:
    """Running totals of what the camera filmed: seconds, bytes."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._counted = folder, dict[str, int]()
        self.seconds, self.bytes = 0.0, 0

    def count(self, segments: Sequence[Segment]) -> None:
        """Add what is new."""
        for segment in segments[-RECENT:] if self._counted else segments:
            if segment.picture == "program" and segment.name not in self._counted:
                self.seconds += segment.duration
                size = 0
                with contextlib.suppress(OSError):
                    size = (self._folder / segment.name).stat().st_size
                self._counted[segment.name] = size
                self.bytes += size

    def forget(self, segments: Iterable[Segment]) -> None:
        """Take off what was counted and is no more."""
        for segment in segments:
            if (size := self._counted.pop(segment.name, None)) is not None:
                self.seconds -= segment.duration
                self.bytes -= size


def destroy(folder: Path, segments: Iterable[Segment]) -> None:
    """Delete the files of segments."""
    for segment in segments:
        (folder / segment.name).unlink(missing_ok=True)


def render_window(shown: Window, settings: EncoderSettings, *, ended: bool = False, prefix: str = "") -> str:
    """A live playlist."""
    return render(
        shown.segments,
        target_duration=settings.segment_seconds,
        media_sequence=shown.media_sequence,
        discontinuity_sequence=shown.discontinuity_sequence,
        ended=ended,
        kind="LIVE",
        prefix=prefix,
    )


def picture_of(meeting: Meeting, zone: tzinfo) -> Picture | None:
    """What its phase asks for, on the council's clock; after a closed session what a camera still has in its
    buffer is thrown away."""
    before = meeting.changes[-2][1] if len(meeting.changes) > 1 else None
    closed = before is Phase.CLOSED_SESSION
    return desired(meeting.phase, after_closed_session=closed, begins=start_of(meeting, zone), back=meeting.back_at)


def name_of(picture: Picture | None) -> str:
    """A word for the status: `program`, `slate:recess`, `nothing`."""
    match picture:
        case Program():
            return "program"
        case Slate():
            return f"slate:{picture.kind}"
        case None:
            return "nothing"
