"""Where the broadcast goes: the clerk's list of destinations, and the switch of each."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web as aio

from streamer.council.clip import Shape
from streamer.council.errors import Conflict, Refused, Unknown
from streamer.council.meeting import Meeting
from streamer.council.networks import Sending
from streamer.council.phase import BEFORE, ON_AIR
from streamer.council.roles import Role
from streamer.council.screening import Screening
from streamer.media.publisher import Destination
from streamer.platforms.presets import PRESETS
from web.auth import require
from web.context import SERVICE, Service
from web.i18n import Translator, translator_for
from web.live_messages import state
from web.network_words import NETWORKS
from web.rendering import answer, refused


@dataclass(frozen=True)
class Outlet:
    """A destination on the board. `order`: what its button gives, None where it has none; `about`: sentences;
    `upright`: an upright picture is made for it."""

    name: str
    network: str
    sends: bool
    order: Sending | None
    about: tuple[str, ...]
    upright: bool


def outlets(service: Service, reader: Translator, meeting: Meeting) -> list[Outlet]:
    """All of them, in the order of the configuration."""
    return [_outlet(to, reader, meeting) for to in service.conductor.studio.destinations]


def _outlet(to: Destination, reader: Translator, meeting: Meeting) -> Outlet:
    sends = meeting.sending(to.ordered_as, to.usual) is Sending.SEND
    other = Sending.REST if sends else Sending.SEND
    said = NETWORKS.get(to.network)
    about = [reader.gettext(text) for text in (said.needs, said.key, said.remark) if text] if said else []
    network = PRESETS[to.network].title if to.network else ""
    switched = meeting.phase in BEFORE | ON_AIR and meeting.screening is Screening.LIVE
    switched = switched and not to.backup_of  # a second way goes with the first
    return Outlet(to.name, network, sends, other if switched else None, tuple(about), to.shape is not Shape.WIDE)


async def order(service: Service, id: str, name: str, wanted: Sending, by: str) -> Meeting:
    """Send there, or no more. Raises `Refused`, `Unknown`."""
    places = service.conductor.studio.destinations
    found = next((to for to in places if to.name == name and not to.backup_of), None)
    if found is None:
        raise Unknown("destination", name)
    return await service.desk.order_destination(id, name, wanted, usual=found.usual, by=by)


async def switch(request: aio.Request) -> aio.StreamResponse:
    """`destination`: its name; `order`: send or rest."""
    identity, id = await require(request, Role.CLERK), request.match_info["meeting"]
    service, form, to = request.app[SERVICE], await request.post(), f"/clerk/meetings/{id}"
    name, wanted = str(form.get("destination", "")), str(form.get("order", ""))
    if wanted not in set(Sending):
        raise Unknown("order", wanted)
    try:
        after = await order(service, id, name, Sending(wanted), identity.name)
    except (Refused, Conflict) as error:
        return refused(request, to, error)
    values: dict[str, Any] = {"name": name}
    gettext = translator_for(request).gettext
    if wanted == Sending.REST:
        said = gettext("Nothing more is sent to %(name)s.", **values)
    else:
        said = gettext("%(name)s is sent to while the meeting is on the air.", **values)
    return answer(request, to, said, state=state(service, after, identity.role))
