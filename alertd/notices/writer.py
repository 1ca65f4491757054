"""What everything that writes notices works with: settings, rules, words, people, and how far each source is believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from alertd.model.apologies import Drafting
from alertd.model.directory import Contact
from alertd.model.freshness import Freshness
from alertd.model.outlook import Looking
from alertd.model.reach import Reach
from alertd.model.record_name import record_name
from alertd.model.rule import Addressee, RuleSet
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
    drafting: Drafting | None = None  # None: drafts of apologies are counted, and not made
    looking: Looking | None = None  # None: the city's digest is without its outlook

    @property
    def rehearsal(self) -> bool:
        """The office alone hears, of everything."""
        return self.settings.site.mode == "rehearsal"

    @property
    def mute(self) -> bool:
        """No way out is set up at all."""
        settings = self.settings
        return settings.telegram.token is None and not settings.email.host and not settings.http.url

    @property
    def wordless(self) -> bool:
        """Messages are counted, and say nothing: who gets one, when, and of how many alerts it tells."""
        return self.templates.wordless

    @property
    def believed(self) -> frozenset[str]:
        """The sources whose word counts today."""
        return frozenset(name for name, source in self.freshness.items() if source.fresh)

    @cached_property
    def split(self) -> frozenset[str] | None:
        """Units whose files go to one or another successor, by their field of administration; None: any file's field decides
        who hears, for a rule is told to the owner of it."""
        by_field = (Addressee.OWNER_OF_ANNOUNCING, Addressee.OWNER_OF_PUBLISHING)
        if any(rule.to.kind in by_field and rule.dataset.unit_field for rule in self.rules.rules.values()):
            return None
        return self.reach.directory.split(self.reach.day)

    def named(self, dataset: str, key: str, language: str) -> str:
        """What a record is called, with its unit."""
        return record_name(dataset, key, language, self.reach.directory)

    def language(self, contact: Contact) -> str:
        return contact.language if contact.language in LANGUAGES else self.settings.site.language
