"""The translation files: read and compiled in memory at start, so that only .po files exist; and kept up to date.

`python -m web.i18n extract` collects every text of code and templates into the three .po files.
"""

from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
LOCALES = Path(__file__).with_name("locales")
SOURCE_LANGUAGE = "en"
TRANSLATED = ("fr", "de", "lb")
METHODS = (("templates/**.html", "jinja2"), ("**.py", "python"))
TEMPLATE_OPTIONS = {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}


def path_of(language: str) -> Path:
    """Where a language's catalog lies."""
    return LOCALES / language / "LC_MESSAGES" / "tribune.po"


def load(language: str) -> Catalog:
    """A language's catalog; an empty one where there is no file yet."""
    path = path_of(language)
    if not path.is_file():
        return Catalog(locale=language, project="Tribune", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


@cache
def compiled(language: str) -> GNUTranslations:
    """What gettext wants, made once. The source language needs no file: its texts are the keys."""
    binary = BytesIO()
    write_mo(binary, load(language) if language != SOURCE_LANGUAGE else Catalog(locale=language))
    binary.seek(0)
    return GNUTranslations(binary)


def extracted() -> Catalog:
    """Every text that goes through gettext, `N_` or a template's `{% trans %}`."""
    template = Catalog(project="Tribune", charset="utf-8", fuzzy=False)
    options = {pattern: TEMPLATE_OPTIONS for pattern, method in METHODS if method == "jinja2"}
    for package in ("web", "streamer"):
        for name, line, message, comments, context in extract_from_dir(ROOT / package, METHODS, options):
            template.add(message, locations=[(f"{package}/{name}", line)], auto_comments=comments, context=context)
    return template


def missing(catalog: Catalog) -> list[str]:
    """The texts that still lack their translation, or have only a guess."""
    return [
        str(message.id) for message in catalog if message.id and (message.fuzzy or not all(_strings(message.string)))
    ]


def update() -> dict[str, list[str]]:
    """Bring the .po files up to date, keeping every translation; the missing ones by language."""
    template = extracted()
    lacking = {}
    for language in TRANSLATED:
        catalog = load(language)
        catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
        path = path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            # Without line numbers: a translation's diff should show translations.
            write_po(file, catalog, width=110, sort_by_file=True, include_lineno=False)
        lacking[language] = missing(catalog)
    return lacking


def _strings(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (string or "",) if isinstance(string, str | None) else tuple(string)
