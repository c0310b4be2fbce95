"""Every text in the visitor's language: which language it is, its words, and its dates and numbers.

In templates: `{% trans %}`, `_("...")`, `ngettext`; in code `translator_for(request).gettext("...")`, and `N_("...")`
around a text that is translated later, such as the sentence of an error code. Texts are written in English.
"""

import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web as aio
from babel import Locale, negotiate_locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from web import catalogs

Handler = Callable[[aio.Request], Awaitable[aio.StreamResponse]]
COOKIE = "lang"
COOKIELESS = aio.ResponseKey("cookieless", bool)
"""Set on a response that must leave no cookie."""
YEAR = 365 * 24 * 3600
TEMPLATES = Path(__file__).with_name("templates")
NAMES = {"fr": "Français", "de": "Deutsch", "lb": "Lëtzebuergesch", "en": "English"}
"""Each language in its own words, for the choice on the page."""


LOCALES = {"en": "en_GB"}
"""How dates and numbers are written where the language alone does not say it: day before month."""


def N_(text: str) -> str:
    """Mark a text for translation without translating it yet."""
    return text


class Translator:
    """One language: its texts, and its ways of writing dates and numbers in the council's time zone."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self.language = language
        self.zone = zone
        self.locale = Locale.parse(LOCALES.get(language, language))
        self.translations = catalogs.compiled(language)

    def gettext(self, text: str, /, **values: object) -> str:
        """The translation, its `%(name)s` filled from `values`."""
        return self.translations.gettext(text) % values if values else self.translations.gettext(text)

    def ngettext(self, one: str, many: str, number: int, /, **values: object) -> str:
        """The translation in the plural form of `number`, which also fills `%(num)s`."""
        return self.translations.ngettext(one, many, number) % {"num": number, **values}

    def date(self, at: datetime | float | str, format: str = "full") -> str:
        """A day, such as "Freitag, 13. November 2026". `at`: unix seconds, ISO 8601 or a datetime."""
        return format_date(self.moment(at).date(), format, locale=self.locale)

    def time(self, at: datetime | float | str, format: str = "short") -> str:
        """A time of day on the council's clock."""
        return format_time(self.moment(at).timetz(), format, locale=self.locale)

    def day_and_time(self, at: datetime | float | str, format: str = "long") -> str:
        """Both, on the council's clock."""
        at = self.moment(at)
        return f"{format_date(at.date(), format, locale=self.locale)}, {self.time(at)}"

    def stamp(self, at: datetime | float | str) -> str:
        """To the second, for lists of what happened."""
        return format_datetime(self.moment(at), "medium", tzinfo=self.zone, locale=self.locale)

    def wait(self, seconds: float) -> str:
        """`in 3 hours`."""
        return format_timedelta(round(seconds), add_direction=True, threshold=1.2, locale=self.locale)

    def number(self, value: float) -> str:
        """With the language's separators."""
        return format_decimal(value, locale=self.locale)

    def moment(self, at: datetime | float | str) -> datetime:
        """`at` on the council's clock; a time without a zone is the council's own."""
        if isinstance(at, int | float):
            return datetime.fromtimestamp(at, self.zone)
        at = datetime.fromisoformat(at) if isinstance(at, str) else at
        return at.astimezone(self.zone) if at.tzinfo else at.replace(tzinfo=self.zone)


_TRANSLATOR = aio.RequestKey("translator", Translator)


class Languages:
    """The configured languages, the first being the default. Made once, at start."""

    def __init__(self, languages: Sequence[str], zone: ZoneInfo, templates: Path = TEMPLATES) -> None:
        self.translators = {language: Translator(language, zone) for language in languages}
        self.default = languages[0]
        self._accepted = lru_cache(maxsize=256)(self._best)  # thousands of browsers say the same few things
        self._pages = {
            language: _environment(translator, templates) for language, translator in self.translators.items()
        }

    def negotiate(self, chosen: str | None, remembered: str | None, accepted: str) -> str:
        """`?lang=`, else the cookie, else the browser's Accept-Language, else the default."""
        for language in (chosen, remembered):
            if language in self.translators:
                return str(language)
        return self._accepted(accepted[:500])

    def _best(self, accepted: str) -> str:
        return negotiate_locale(_preferred(accepted), list(self.translators), sep="-") or self.default

    def page(self, language: str, template: str, values: Mapping[str, object]) -> str:
        """A page's HTML. Raises jinja2.TemplateError; an unknown name in a template is one, too."""
        return self._pages[language].get_template(template).render(values)

    @aio.middleware
    async def middleware(self, request: aio.Request, handler: Handler) -> aio.StreamResponse:
        """Give the request its translator. `?lang=` is remembered in a cookie."""
        chosen = request.query.get("lang")
        language = self.negotiate(chosen, request.cookies.get(COOKIE), request.headers.get("Accept-Language", ""))
        request[_TRANSLATOR] = self.translators[language]
        response = await handler(request)
        if chosen == language and not response.prepared and COOKIELESS not in response:
            response.set_cookie(COOKIE, language, max_age=YEAR, samesite="Lax", httponly=True, secure=request.secure)
        return response


def translator_for(request: aio.Request) -> Translator:
    """The translator of this request's language; the middleware put it there."""
    return request[_TRANSLATOR]


def _environment(translator: Translator, templates: Path) -> Environment:
    """One per language, so that an included file or macro cannot fall back to another one."""
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(translator.translations, newstyle=True)  # type: ignore[attr-defined]
    environment.globals |= {"language": translator.language, "language_names": NAMES}
    formats = {
        "date": translator.date,
        "time": translator.time,
        "day_and_time": translator.day_and_time,
        "number": translator.number,
    }
    environment.filters |= {**formats, "stamp": translator.stamp}
    return environment


def _preferred(accepted: str) -> list[str]:
    """Accept-Language, best first; what cannot be read is left out."""
    weighed = []
    for part in accepted.split(","):
        name, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if name and weight > 0:
            weighed.append((weight, name.strip()))
    return [name for _, name in sorted(weighed, key=lambda pair: -pair[0])]


def main(arguments: Sequence[str]) -> int:
    """`extract`: update the .po files and tell what is missing; the exit code is 1 while something is."""
    if list(arguments) != ["extract"]:
        print("usage: python -m web.i18n extract", file=sys.stderr)
        return 2
    lacking = catalogs.update()
    for language, texts in lacking.items():
        print(f"{language}: {len(texts)} missing", *texts, sep="\n  ")
    return 1 if any(lacking.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
