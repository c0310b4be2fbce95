"""Why a question was returned or rejected, in the reader's language: Tribune's own words, or the commune's."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from streamer.council.questions import Reason
from web.i18n import Translator
from web.words import REASONS

Texts = Mapping[str, str]
"""Language -> sentence."""


@dataclass(frozen=True)
class Reasons:
    """`texts`: each reason there is, in the order of its keys; `first`: the language to fall back on."""

    texts: Mapping[str, Texts] = field(default_factory=lambda: {str(reason): {} for reason in Reason})
    first: str = "fr"

    def said(self, code: str, reader: Translator) -> str:
        """Its sentence. One that the commune has since dropped keeps Tribune's words, or its bare code."""
        own = self.texts.get(code, {})
        if reader.language in own:
            return own[reader.language]
        if code in set(Reason):
            return reader.gettext(REASONS[Reason(code)])
        return own.get(self.first) or next(iter(own.values()), code)

    def table(self, reader: Translator) -> dict[str, str]:
        """All, in the order of their keys 1 to 9."""
        return {code: self.said(code, reader) for code in self.texts}
