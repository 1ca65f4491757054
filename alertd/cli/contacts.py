"""alertd contacts: list, invite, confirm, group, revoke, test, accept."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import segno
import typer
from sqlmodel import Session

from alertd import pipeline
from alertd.channels.base import Inbox
from alertd.cli.common import AsJson, Config, Now, show_json, show_table, who
from alertd.cli.desk import desk_of
from alertd.cli.site import open_site
from alertd.cli.tables import accept
from alertd.cli.waits import SET_ONE_UP
from alertd.contacts import bindings, changes, welcome
from alertd.contacts.bindings import Change, ChangeKind
from alertd.contacts.invite import Invited, invite, invitee
from alertd.contacts.listing import Listed, Person, document, listing
from alertd.contacts.reach import reach
from alertd.errors import CannotRun, Refused
from alertd.model.asof import AsOf
from alertd.model.directory import Directory
from alertd.model.message import Outcome, Result
from alertd.model.reach import Way
from alertd.model.words import ChannelName, NoticeState
from alertd.notices.list import notice as one_notice
from alertd.notices.sample import sample
from alertd.settings.complaint import did_you_mean
from alertd.site import Site

app = typer.Typer(add_completion=False, help="Who hears for which unit, and by which ways.", no_args_is_help=True)

app.command("accept")(accept)

Unit = Annotated[str, typer.Argument(metavar="UNIT", help="The unit's code.")]
Which = Annotated[str, typer.Argument(metavar="UNIT|NUMBER", help="The unit's code, or the number of the chat's line.")]


@app.command("list")
def list_contacts(
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="This unit alone.", show_default=False)] = "",
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


@app.command("invite")
def invite_person(
    unit: Unit,
    name: Annotated[str, typer.Option(help="This person of the unit; by default its head.")] = "",
    show: Annotated[bool, typer.Option("--show", help="Show the link with a QR code, to be handed over.")] = False,
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """Mail a person the single-use link that binds a chat with the bot; or show it, then you confirm the chat."""
    with open_site(config, now, writes=True) as site:
        _known(site.directory, unit)
        bot = _inbox(site).username()  # of the network, so before the store is held
        at = AsOf(site.clock.now(), site.calendar)
        with site.store.write() as session:
            shown = "it is handed over" if show or as_json else _why_shown(session, site, unit, name, at)
            invited = invite(session, site.directory, unit, at, proven=not shown, by=who(), name=name)
            told = Change(ChangeKind.INVITED, unit, invited.contact.name)
            _note(session, site, [told], at)
        link = invited.link(bot)
        until = invited.expires_at.astimezone(site.settings.site.timezone).replace(microsecond=0)
        if as_json:
            show_json({"unit": unit, "link": link, "token": invited.token, "expires_at": until.isoformat()})
        elif not shown:
            outcome = _mail(site, invited, bot)
            print(f"invitation for {invited.contact.name} ({unit}), valid until {until:%d/%m/%Y %H:%M}")
            print(f"mail to {invited.contact.email}: {outcome.result.replace('_', ' ')} {outcome.detail}".rstrip())
            if outcome.result is not Result.ACCEPTED:
                raise CannotRun("the invitation did not go out for certain; see to the mail server, then invite again")
        else:
            _show_link(invited, link, f"{until:%d/%m/%Y %H:%M}", shown)


def _inbox(site: Site) -> Inbox:
    if site.inbox is None:
        raise CannotRun("no bot is set up: an invitation is a link to one; set [telegram] token")
    return site.inbox


def _why_shown(session: Session, site: Site, unit: str, name: str, at: AsOf) -> str:
    """Why the link cannot go by mail, which would prove who opens it; empty: it can."""
    contact = invitee(site.directory, unit, at, name)
    if site.settings.site.mode == "rehearsal":
        return "in a rehearsal nothing goes to heads"
    if not contact.email:
        return f"{contact.name} has no e-mail address in contacts.csv"
    if ChannelName.EMAIL not in site.channels:
        return "e-mail is not set up"
    people = reach(session, site.directory, at, channels=site.channels)
    if Way(ChannelName.EMAIL, contact.email) not in people.ways.get(contact.person, ()):
        return f"the address {contact.email} is out of use"
    return ""


def _mail(site: Site, invited: Invited, bot: str) -> Outcome:
    settings, send = site.settings.site, site.channels[ChannelName.EMAIL].send
    return welcome.mail(send, invited, bot, site.directory, language=settings.language, zone=settings.timezone)


def _show_link(invited: Invited, link: str, until: str, why: str) -> None:
    print(f"{link}\n")
    segno.make(link, error="m").terminal(compact=True)
    print(
        f"\nfor {invited.contact.name} ({invited.unit}), once, until {until}; {why}, so the chat receives nothing until"
    )
    print(f"you have made sure who opened it: alertd contacts confirm {invited.unit}")


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


@app.command("group")
def confirm_group(
    unit: Unit,
    chat: Annotated[int, typer.Option(help="The group's number, below 0, as the office was told: --chat=-1001234.")],
    config: Config = None,
    now: Now = None,
) -> None:
    """Let a group see the counts of a unit (/status), never its lists; the bot leaves every other group."""

    def act(session: Session, site: Site, at: AsOf) -> list[Change]:
        _known(site.directory, unit)
        return bindings.confirm_group(session, site.directory, unit, chat, by=who(), at=at)

    _change(config, now, act)


@app.command("test")
def send_sample(unit: Unit, config: Config = None, as_json: AsJson = False, now: Now = None) -> None:
    """Send one sample notice to the head of a unit, by the way in which a real one would go."""
    with open_site(config, now, writes=True) as site:
        _known(site.directory, unit)
        if not site.channels:
            raise CannotRun(f"no channel is set up, so nothing can be sent; {SET_ONE_UP}")
        at = AsOf(site.clock.now(), site.calendar)
        with site.store.write() as session:
            number = sample(session, desk_of(site, session, at), at, unit)
        pipeline.run_deliveries(site)
        notice = _notice(site, number)
        if as_json:
            show_json(notice)
        else:
            print(_went(notice))
    if notice["state"] != NoticeState.SENT:
        raise typer.Exit(1)


def _notice(site: Site, number: int) -> dict[str, Any]:
    with site.store.read() as session:
        return one_notice(session, number, site.settings.site.timezone)


def _went(notice: Mapping[str, Any]) -> str:
    """What became of a notice that was just put into the outbox."""
    line = f"notice {notice['id']} to {notice['recipient']} by {notice['channel']} ({notice['address']}): {notice['state']}"
    if notice["reason"]:
        line += f", {notice['reason'].replace('_', ' ')}"
    return line + "".join(f"\n  {each['result']}: {each['detail']}" for each in notice["tries"] if each["detail"])


def _change(config: Any, now: str | None, act: Callable[[Session, Site, AsOf], list[Change]]) -> None:
    with open_site(config, now, writes=True) as site:
        at = AsOf(site.clock.now(), site.calendar)
        with site.store.write() as session:
            changed = act(session, site, at)
            _note(session, site, changed, at)
        for change in changed:
            print(changes.sentence(change, site.directory.name_of(change.unit), site.settings.site.language)[1])


def _note(session: Session, site: Site, changed: Sequence[Change], at: AsOf) -> None:
    site.readers.note(session, changed, at)


def _which(directory: Directory, which: str) -> dict[str, Any]:
    """A unit before a number: codes may consist of digits."""
    if which not in directory.by_code and which.isdecimal() and len(which) <= 18:
        return {"binding": int(which)}
    _known(directory, which)
    return {"unit": which}


def _known(directory: Directory, unit: str) -> None:
    if unit not in directory.by_code:
        raise Refused(f"there is no unit {unit} in units.csv; {did_you_mean(unit, directory.by_code, 5)}")
