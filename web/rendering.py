"""How a page is made: its template, the words of its reader, and a sentence for every refusal."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, unquote

from aiohttp import web as aio

from streamer.council.errors import Conflict, Invalid, Refused, Unknown
from streamer.council.flags import Flag
from streamer.council.phase import Phase, Verb
from streamer.council.questions import QuestionVerb, Reason, Status
from streamer.council.roles import Role
from streamer.council.screening import Screening
from streamer.council.youtube import timestamp
from web import screening_words as recorded
from web import words as tables
from web.auth import Identity, current
from web.context import SERVICE
from web.i18n import Languages, translator_for
from web.preflight_words import CHECKS
from web.screening_words import otherwise

Gettext = Callable[[str], str]
LANGUAGES = aio.AppKey("languages", Languages)
NOTICE = "notice"
"""The cookie that carries one sentence over a redirect. It is shown once and gone."""
MEGABYTE = 1_000_000


def sentence(gettext: Gettext, code: str, values: Mapping[str, object]) -> str:
    """What a code means, in the reader's language. An unknown code is shown as it is."""
    template = tables.SENTENCES.get(code) or tables.PROBLEMS.get(code)
    if template is None:
        return code
    named = {key: _named(gettext, key, value) for key, value in values.items()}
    try:
        return gettext(template) % named
    except (KeyError, TypeError, ValueError):
        return gettext(template)


def _named(gettext: Gettext, key: str, value: object) -> object:
    """A phase, a status, a verb or checks by their names on the page."""
    if key == "verb":
        return gettext(tables.verb_name(str(value)))
    if key == "checks" and isinstance(value, tuple):
        return ", ".join(gettext(CHECKS[check]) for check in value)
    if key in tables.NAMED and str(value) in tables.NAMED[key]:
        return gettext(tables.NAMED[key][str(value)])
    return value


def explained(gettext: Gettext, error: Refused | Conflict | Unknown) -> str:
    """The sentence of a refusal, and what can be done instead."""
    values = error.values if isinstance(error, Refused) else {}
    said = sentence(gettext, tables.code_of(error), values)
    can = error.can if isinstance(error, Refused) else ()
    if not can:
        return said
    verbs = ", ".join(gettext(tables.verb_name(verb)) for verb in can)
    return f"{said} {gettext('You can: %(verbs)s.') % {'verbs': verbs}}"


def mistakes(gettext: Gettext, invalid: Invalid) -> dict[str, str]:
    """Each field's mistake in words."""
    return {field: sentence(gettext, code, values) for field, (code, values) in invalid.mistakes.items()}


def duration(seconds: float) -> str:
    """`75` as "1:15", `3675` as "1:01:15"."""
    return timestamp(max(round(seconds), 0))


class Names:
    """What phases, verbs and so on are called, for a template. `screening`: of the meeting whose they are."""

    def __init__(self, gettext: Gettext, reasons: Mapping[str, str] = MappingProxyType({})) -> None:
        self._gettext, self._reasons = gettext, reasons

    def phase(self, phase: str, screening: str = Screening.LIVE) -> str:
        """Of a meeting."""
        return self._gettext(otherwise(screening, recorded.PHASES, Phase(phase)) or tables.PHASES[Phase(phase)])

    def phase_explained(self, phase: str, screening: str = Screening.LIVE) -> str:
        """What it means, for the clerk."""
        said = otherwise(screening, recorded.PHASES_EXPLAINED, Phase(phase))
        return self._gettext(said or tables.PHASES_EXPLAINED[Phase(phase)])

    def verb(self, verb: str, screening: str = Screening.LIVE) -> str:
        """On a button."""
        return self._gettext(otherwise(screening, recorded.VERBS, verb) or tables.verb_name(verb))

    def question_verb(self, verb: str) -> str:
        """On a button of a question's card."""
        return self._gettext(tables.QUESTION_VERBS[QuestionVerb(verb)])

    def verb_explained(self, verb: str, screening: str = Screening.LIVE) -> str:
        """Below it."""
        said = otherwise(screening, recorded.VERBS_EXPLAINED, Verb(verb))
        return self._gettext(said or tables.VERBS_EXPLAINED[Verb(verb)])

    def screening(self, screening: str) -> str:
        """Whether a meeting is shown live."""
        return self._gettext(recorded.SCREENINGS[Screening(screening)])

    def screening_explained(self, screening: str) -> str:
        """What that means, for the clerk."""
        return self._gettext(recorded.SCREENINGS_EXPLAINED[Screening(screening)])

    def status(self, status: str) -> str:
        """Of a question."""
        return self._gettext(tables.STATUSES[Status(status)])

    def reason(self, reason: str) -> str:
        """Why a question was returned or rejected: in the commune's words; one dropped since in Tribune's."""
        stock = tables.REASONS[Reason(reason)] if reason in set(Reason) else reason
        return self._reasons.get(reason) or self._gettext(stock)

    def flag(self, flag: str) -> str:
        """Why a question wants a second look."""
        return self._gettext(tables.FLAGS[Flag(flag)])

    def role(self, role: str) -> str:
        """Of somebody signed in."""
        return self._gettext(tables.ROLES[Role(role)])

    def heading(self, public: bool) -> str:
        """Above the items of an agenda. The parser of agendas must recognise it."""
        return self._gettext(tables.PUBLIC_HEADING if public else tables.CLOSED_HEADING)

    def recorded_phases(self) -> dict[str, str]:
        """Those that have another name where a meeting is only recorded, for a script."""
        return {str(phase): self._gettext(text) for phase, text in recorded.PHASES.items()}

    def table(self, name: str) -> dict[str, str]:
        """A whole table, for a script."""
        found: dict[Any, str] = getattr(tables, name)
        own = self._reasons if name == "REASONS" else {}
        return {**{str(key): self._gettext(text) for key, text in found.items()}, **own}


async def page(request: aio.Request, template: str, *, status: int = 200, **values: Any) -> aio.Response:
    """Render `template` for this reader."""
    return _rendered(request, template, status, await current(request), values)


def _rendered(
    request: aio.Request, template: str, status: int, identity: Identity, values: Mapping[str, Any]
) -> aio.Response:
    reader, service = translator_for(request), request.app[SERVICE]
    shared = {
        "council": service.council,
        "identity": identity,
        "is_staff": identity.role is not Role.CITIZEN,
        "here": request.path_qs,
        "notice": _notice(request),
        "names": Names(reader.gettext, service.reasons.table(reader)),
        "duration": duration,
        "megabytes": lambda size: reader.number(round(size / MEGABYTE)),
    }
    if isinstance(values.get("wrong"), dict):
        shared["wrong"] = defaultdict(str, values["wrong"])  # most fields have no mistake
    text = request.app[LANGUAGES].page(reader.language, template, {**values, **shared})
    headers = {"Content-Language": reader.language, "Cache-Control": "no-store", "Vary": "Cookie, Accept-Language"}
    response = aio.Response(text=text, status=status, content_type="text/html", headers=headers)
    if NOTICE in request.cookies:
        response.del_cookie(NOTICE)
    return response


async def error_page(request: aio.Request, status: int, message: str = "") -> aio.Response:
    """A page for what went wrong, in the same dress. `message` adds a sentence of its own."""
    try:
        identity = await current(request)
    except Exception:  # the database may be what is wrong
        identity = Identity(Role.CITIZEN, "")
    return _rendered(request, "error.html", status, identity, {"status": status, "message": message})


def wants_json(request: aio.Request) -> bool:
    """Whether a script asks, not a form."""
    return "application/json" in request.headers.get("Accept", "")


def back(to: str, notice: str = "", *, wrong: bool = False) -> aio.Response:
    """Redirect a form to `to`, where `notice` is shown once."""
    response = aio.Response(status=303, headers={"Location": to})
    if notice:
        value = quote(json.dumps({"text": notice[:800], "wrong": wrong}))
        response.set_cookie(NOTICE, value, max_age=60, httponly=True, samesite="Lax")
    return response


def _notice(request: aio.Request) -> dict[str, Any] | None:
    try:
        found = json.loads(unquote(request.cookies.get(NOTICE, "")))
        return {"text": str(found["text"]), "wrong": bool(found["wrong"])}
    except (ValueError, KeyError, TypeError):
        return None


def answer(request: aio.Request, to: str, notice: str = "", **data: Any) -> aio.Response:
    """A form's success: JSON for a script, else back to a page."""
    return aio.json_response({"ok": True, "message": notice, **data}) if wants_json(request) else back(to, notice)


def refused(request: aio.Request, to: str, error: Refused | Conflict | Invalid | Unknown, **data: Any) -> aio.Response:
    """A form's refusal, in words: JSON (409, 422) for a script, else back to a page."""
    gettext = translator_for(request).gettext
    if isinstance(error, Invalid):
        code, status, said = "invalid", 422, " ".join(mistakes(gettext, error).values())
    else:
        code, said = tables.code_of(error), explained(gettext, error)
        status = 404 if isinstance(error, Unknown) else 409
    if wants_json(request):
        return aio.json_response({"ok": False, "code": code, "message": said, **data}, status=status)
    return back(to, said, wrong=True)
