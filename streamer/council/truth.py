"""The truth light: green only if everything is as it should be, and what is not, the worst first.

`watch` is a fold: what was watched before, and the readings of this moment, make what is watched now. A symptom becomes
a trouble when it has lasted, and is over when it has been gone for a while: the light does not flicker.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from streamer.council.phase import ON_AIR, Phase
from streamer.council.readings import Readings, symptoms
from streamer.council.trouble import LIMITS, Code, Limit, Severity, Symptom, Trouble


class Light(StrEnum):
    """OFF: nothing should run."""

    OFF = "off"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class Watched:
    """A symptom being timed. `since`, `gone`: when it began, when it was last gone; no severity: not yet a trouble."""

    symptom: Symptom
    since: float
    severity: Severity | None = None
    gone: float | None = None


Key = tuple[Code, str]
Watching = Mapping[Key, Watched]


@dataclass(frozen=True)
class Truth:
    """The light, and every trouble, the worst first: the first one's sentence stands beside the light."""

    light: Light
    troubles: tuple[Trouble, ...] = ()


def watch(before: Watching, now: Readings) -> Watching:
    """What is watched after one more look."""
    seen = {(s.code, s.about): s for s in symptoms(now) if now.phase in LIMITS[s.code].phases}
    keys = [*seen, *(key for key in before if key not in seen and now.phase in LIMITS[key[0]].phases)]
    after = {key: _step(before.get(key), seen.get(key), LIMITS[key[0]], now.at) for key in keys}
    return {key: watched for key, watched in after.items() if watched}


def _step(known: Watched | None, symptom: Symptom | None, limit: Limit, at: float) -> Watched | None:
    if symptom is not None and (symptom.lasted is None or symptom.lasted > 0):
        since = at - symptom.lasted if symptom.lasted is not None else known.since if known else at
        worse = _severity(limit, at - since)
        if worse or known is None or known.severity is None:
            return Watched(symptom, since, _worst(worse, known.severity if known else None))
    if known is None or known.severity is None:
        return None
    gone = at if known.gone is None else known.gone
    return replace(known, gone=gone) if at - gone < limit.over else None


def _severity(limit: Limit, seconds: float) -> Severity | None:
    if limit.alarm is not None and seconds >= limit.alarm:
        return Severity.ALARM
    return Severity.WARN if seconds >= limit.warn else None


def _worst(*severities: Severity | None) -> Severity | None:
    """What was an alarm stays one until it is over."""
    return next((severity for severity in (Severity.ALARM, Severity.WARN) if severity in severities), None)


def truth(phase: Phase, watching: Watching, at: float) -> Truth:
    """What the clerk is told."""
    troubles = tuple(sorted(_troubles(watching.values(), at), key=_order))
    if not troubles:
        return Truth(Light.GREEN if phase in ON_AIR | {Phase.REHEARSAL} else Light.OFF)
    return Truth(Light.RED if troubles[0].severity is Severity.ALARM else Light.AMBER, troubles)


def _troubles(watched: Iterable[Watched], at: float) -> Iterable[Trouble]:
    for w in watched:
        if w.severity:
            yield Trouble(w.symptom.code, w.severity, w.symptom.about, at - w.since, w.symptom.values)


def _order(trouble: Trouble) -> tuple[bool, int, str]:
    return trouble.severity is Severity.WARN, list(Code).index(trouble.code), trouble.about
