"""No text without its translation, and the right language for each visitor."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientSession, CookieJar
from aiohttp import web as aio
from aiohttp.test_utils import TestServer
from babel.messages.catalog import Message

from web import catalogs
from web.i18n import Languages, Translator, translator_for

LUXEMBOURG = ZoneInfo("Europe/Luxembourg")
EVENING = datetime(2026, 11, 13, 17, 5, tzinfo=UTC)


def forms(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]


def placeholders(text: str) -> set[str]:
    """Of Python, and of scripts ("{n} watching")."""
    return set(re.findall(r"%\(\w+\)[a-z]|\{\w+\}", text))


def complaints(message: Message, translated: Message | None) -> list[str]:
    if translated is None:
        return ["is not in the catalog: run python -m web.i18n extract"]
    found = ["is fuzzy"] if translated.fuzzy else []
    for form in forms(translated.string):
        if not form.strip():
            found.append("is not translated")
        elif placeholders(form) != placeholders(forms(message.id)[-1]):
            found.append(f"has other placeholders: {form}")
    return found


@pytest.mark.parametrize("language", catalogs.TRANSLATED)
def test_every_text_is_translated(language: str) -> None:
    catalog = catalogs.load(language)
    texts = [message for message in catalogs.extracted() if message.id]
    assert texts, "nothing was extracted"
    wrong = {
        str(message.id): complaint
        for message in texts
        for complaint in complaints(message, catalog.get(message.id, message.context))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("chosen", "remembered", "accepted", "language"),
    [
        (None, None, "", "fr"),
        (None, None, "lb-LU,lb;q=0.9,de;q=0.8", "lb"),
        (None, None, "pt-PT,de-AT;q=0.7,en;q=0.9", "en"),
        (None, None, "nl, de;q=0, *;q=x", "fr"),
        (None, "de", "lb", "de"),
        ("en", "de", "lb", "en"),
        ("nl", "xx", "lb", "lb"),
    ],
)
def test_negotiation(chosen: str | None, remembered: str | None, accepted: str, language: str) -> None:
    assert Languages(["fr", "de", "lb", "en"], LUXEMBOURG).negotiate(chosen, remembered, accepted) == language


def test_only_configured_languages_are_spoken() -> None:
    assert Languages(["de", "fr"], LUXEMBOURG).negotiate("en", "lb", "lb, en") == "de"


def test_dates_are_on_the_councils_clock() -> None:
    said = {language: Translator(language, LUXEMBOURG).day_and_time(EVENING) for language in ("fr", "de", "lb", "en")}
    assert said["fr"] == "13 novembre 2026, 18:05"
    assert said["de"] == "13. November 2026, 18:05"
    assert said["lb"] == "13. November 2026, 18:05"
    assert said["en"].startswith("13 November 2026, 18:05")
    german = Translator("de", LUXEMBOURG)
    assert german.time(EVENING.timestamp()) == german.time("2026-11-13T17:05:00Z") == german.time("2026-11-13T18:05")
    assert german.number(1234567.5) == "1.234.567,5"


async def test_a_template_speaks_the_visitors_language_and_escapes(tmp_path: Path) -> None:
    (tmp_path / "inner.html").write_text("{% macro again() %}{{ _('Name or password is wrong.') }}{% endmacro %}")
    (tmp_path / "page.html").write_text(
        "{% from 'inner.html' import again %}{{ language }}: {{ again() }} {{ name }}"
        " {% trans count=2 %}one{% pluralize %}{{ count }} many{% endtrans %}"
    )
    languages = Languages(["fr", "en"], LUXEMBOURG, tmp_path)

    async def page(request: aio.Request) -> aio.Response:
        values = {"name": "<script>"}
        return aio.Response(
            text=languages.page(translator_for(request).language, "page.html", values), content_type="text/html"
        )

    app = aio.Application(middlewares=[languages.middleware])
    app.router.add_get("/", page)
    jar = CookieJar(unsafe=True)  # cookies of an IP address, too
    async with TestServer(app) as server, ClientSession(server.make_url("/"), cookie_jar=jar) as browser:
        texts = [await (await browser.get(path)).text() for path in ("/", "/?lang=en", "/", "/?lang=xx")]
    assert texts[0] == "fr: Le nom ou le mot de passe est incorrect. &lt;script&gt; 2 many"
    assert texts[1] == texts[2] == texts[3] == "en: Name or password is wrong. &lt;script&gt; 2 many"
