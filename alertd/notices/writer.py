"""What everything that writes notices works with: settings, rules, words, people, and how far each source is believed."""

from collections.abc import Mapping
from dataclasses import dataclass

from alertd.model.directory import Contact
from alertd.model.freshness import Freshness
from alertd.model.reach import Reach
from alertd.model.rule import RuleSet
from alertd.notices.templates import LANGUAGES, Templates
from alertd.settings.shapes import Settings


@dataclass(frozen=True)
class Desk:
    """One site at one moment. ``freshness`` by the source's name."""

    settings: Settings
    rules: RuleSet
    templates: Templates
    reach: Reach
    freshness: Mapping[str, Freshness]

    @property
    def rehearsal(self) -> bool:
        """The office alone hears, of everything."""
        return self.settings.site.mode == "rehearsal"

    def language(self, contact: Contact) -> str:
        return contact.language if contact.language in LANGUAGES else self.settings.site.language
