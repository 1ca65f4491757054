"""What the records in the store say of the rules, for the commands that check them; and the option that leaves it out."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from alertd.check.at_hand import at_hand
from alertd.errors import Fault, in_language
from alertd.rules.rulebook import Rulebook
from alertd.settings.address import store_url
from alertd.settings.calendar import calendar_of
from alertd.settings.shapes import Settings

NoData = Annotated[
    bool, typer.Option("--no-data", help="Do not ask the records in the store what they say of the rules.")
]


def faults_at_hand(settings: Settings, rules: Rulebook, language: str, *, no_data: bool) -> list[Fault]:
    """Warnings; where the records cannot be looked at, none, and a line on stderr that says why. The store stays as it is."""
    if no_data:
        return []
    found = at_hand(store_url(settings), rules, calendar_of(settings), datetime.now(UTC))
    if found.left_out:
        print(in_language(found.left_out, language), file=sys.stderr)
    return found.faults
