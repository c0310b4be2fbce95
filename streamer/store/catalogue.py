"""The index for searches as its keeper sees it: meetings go in, and all of it can be made again."""

from streamer.council.meeting import Meeting
from streamer.store import search_index as index
from streamer.store.captions import Captions, add_to_index
from streamer.store.database import Database


class Catalogue:
    """What `streamer/store/search.sql` makes."""

    def __init__(self, database: Database) -> None:
        self._database, self._captions = database, Captions(database)

    async def read_until(self) -> int | None:
        """Up to where in the log it is; `None` where it must be made anew."""
        rows = await self._database.read("SELECT value FROM search_state WHERE name = 'seq'")
        return int(rows[0]["value"]) if rows else None

    async def put(self, meeting: Meeting) -> None:
        """A meeting was planned, or its plan was changed."""
        await self._database.write(lambda connection: index.put_meeting(connection, meeting))

    async def remember(self, seq: int) -> None:
        """The log is in it until `seq`."""
        await self._database.write(lambda connection: index.read_until(connection, seq))

    async def forget_traces(self) -> None:
        """Leave nothing of a question that was taken back or erased in the index's own files. Nearly always there is
        nothing, and nothing is written."""
        if await self._database.read("SELECT 1 FROM search_state WHERE name = 'forget' AND value = 1"):
            await self._database.write(index.forget_traces)

    async def rebuild(self) -> None:
        """Throw it away and index all captions again; the meetings follow from the log."""
        await self._database.write(index.empty)
        await self._captions.clear()
        for track in await self._captions.all_tracks():
            await add_to_index(self._database, track, await self._captions.lines(track))
