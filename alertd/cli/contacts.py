"""alertd contacts: list, invite, confirm, revoke, test."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import segno
import typer
from sqlmodel import Session

from alertd import pipeline
from alertd.channels.base import Inbox
from alertd.cli.common import AsJson, Config, Now, open_site, show_json, show_table, who
from alertd.contacts import bindings, changes
from alertd.contacts.bindings import BindingState, Change, ChangeKind
from alertd.contacts.invite import Invited, invite
from alertd.contacts.listing import Listed, Person, document, listing
from alertd.contacts.reach import reach
from alertd.errors import CannotRun, Refused
from alertd.model.asof import AsOf
from alertd.model.directory import Directory
from alertd.pipeline import Site
from alertd.settings.complaint import did_you_mean

app = typer.Typer(add_completion=False, help="Who hears for which unit, and by which ways.", no_args_is_help=True)

Unit = Annotated[str, typer.Argument(metavar="UNIT", help="The unit's code.")]
Which = Annotated[str, typer.Argument(metavar="UNIT|NUMBER", help="The unit's code, or the number of the chat's line.")]


@app.command("list")
def list_contacts(
    unit: Annotated[str, typer.Argument(metavar="[UNIT]", help="This unit alone.", show_default=False)] = "",
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Units with their people, ways and chats, and who would hear today."""
    with open_site(config, now) as site:
        if unit:
            _known(site.directory, unit)
        at = AsOf(site.clock.now(), site.calendar)
        with site.store.read() as session:
            people = reach(session, site.directory, at, channels=site.channels)
            found = listing(session, people, at, unit)
    if as_json:
        show_json([document(listed) for listed in found])
        return
    rows = [row for listed in found for row in _rows(listed)]
    columns = ("unit", "name", "person", "role", "ways, the first choice first", "chat", "out of use", "hears today")
    show_table("Contacts", columns, rows)


def _rows(listed: Listed) -> list[tuple[str, ...]]:
    hears = listed.hears
    if hears is None:
        today = "nobody"
    elif hears.instead is not None:
        today = f"the office ({hears.contact.name}): {hears.instead.value.replace('_', ' ')}"
    elif hears.unit != listed.unit.code:
        today = f"{hears.contact.name}, for {hears.unit}"
    else:
        today = hears.contact.name
    if not listed.people:
        return [(listed.unit.code, listed.unit.name, "", "", "", "", "", today)]
    return [
        (
            listed.unit.code if first else "",
            listed.unit.name if first else "",
            person.contact.name,
            person.contact.role.value,
            ", ".join(f"{way.channel} {way.address}" for way in person.ways) or "none",
            _chats(person),
            ", ".join(f"{way.channel} {way.address}" for way in person.down),
            today if first else "",
        )
        for first, person in ((person is listed.people[0], person) for person in listed.people)
    ]


def _chats(person: Person) -> str:
    return ", ".join(
        f"{row['id']}: {row['state']}" + (", prefers mail" if row["muted"] else "") for row in person.bindings
    )


@app.command("confirm")
def confirm(which: Which, config: Config = None, now: Now = None) -> None:
    """Confirm who is behind a chat that waits for it; until then it receives nothing."""

    def act(session: Session, site: Site, at: AsOf) -> list[Change]:
        return bindings.confirm(session, by=who(), now=at.now, **_which(site.directory, which))

    _change(config, now, act)


@app.command("revoke")
def revoke(which: Which, config: Config = None, now: Now = None) -> None:
    """End a chat, waiting or confirmed; with a unit: all of its chats."""

    def act(session: Session, site: Site, at: AsOf) -> list[Change]:
        return bindings.revoke(session, by=who(), now=at.now, **_which(site.directory, which))

    _change(config, now, act)


def _change(config: Any, now: str | None, act: Callable[[Session, Site, AsOf], list[Change]]) -> None:
    with open_site(config, now, writes=True) as site:
        at = AsOf(site.clock.now(), site.calendar)
        with site.store.write() as session:
            changed = act(session, site, at)
            _note(session, site, changed, at)
        for change in changed:
            print(changes.sentence(change, site.directory.name_of(change.unit), site.settings.site.language)[1])


def _note(session: Session, site: Site, changed: Sequence[Change], at: AsOf) -> None:
    changes.note(session, changed, site.directory, language=site.settings.site.language, now=at.now)


def _which(directory: Directory, which: str) -> dict[str, Any]:
    """A unit before a number: codes may consist of digits."""
    if which not in directory.by_code and which.isdecimal() and len(which) <= 18:
        return {"binding": int(which)}
    _known(directory, which)
    return {"unit": which}


def _known(directory: Directory, unit: str) -> None:
    if unit not in directory.by_code:
        raise Refused(f"there is no unit {unit} in units.csv; {did_you_mean(unit, directory.by_code, 5)}")
