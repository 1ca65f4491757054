"""alertd alerts dispute, uphold, confirm, reject, disputes: what is said to be wrong, and what the office decides about it."""

from datetime import date, datetime
from typing import Annotated, Any

import typer

from alertd.alerts import disputes
from alertd.alerts.dispute_list import Json, listed
from alertd.alerts.disputes import Raised
from alertd.answers import terms_of
from alertd.cli.common import AsJson, Config, Now, also_known_as, show_json, show_table, to_minute, who
from alertd.cli.site import open_site
from alertd.errors import Refused
from alertd.model.asof import AsOf
from alertd.model.disputes import DisputeState
from alertd.site import Site

Number = Annotated[int, typer.Argument(metavar="ID", min=1, max=2**63 - 1, help="The alert's number.")]
Name = Annotated[str, typer.Option("--by", metavar="NAME", help="In whose name; by default the user at the keyboard.")]


def dispute(
    number: Number,
    reason: Annotated[str, typer.Option(help="What is wrong with it; the city office answers it.")],
    by: Name = "",
    config: Config = None,
    now: Now = None,
) -> None:
    """The figure is wrong: hand it to the city office. It stays, is marked, and is not repeated for some days."""
    raised = Raised(by or who())
    with open_site(config, now, writes=True) as site, site.store.write() as session:
        terms = terms_of(site.settings)
        kept = disputes.dispute(session, number, raised, reason=reason, at=_at(site), terms=terms)
    print(f"alert {number} is disputed")
    if kept != " ".join(reason.split()):
        print(f"numbers that may be a citizen's were taken out; kept is: {kept}")


def uphold(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why; whoever raised it reads this.")],
    corrected: Annotated[
        bool, typer.Option("--corrected", help="To be corrected at its source, whose own row then closes the alert.")
    ] = False,
    exclude_until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%d/%m/%Y"],
            metavar="DAY",
            help="Exclude the record from this rule up to and including this day; a second person has to confirm it.",
        ),
    ] = None,
    by: Name = "",
    config: Config = None,
    now: Now = None,
) -> None:
    """The office agrees: the figure is wrong."""
    if corrected == (exclude_until is not None):
        raise Refused("say what is to be done: --corrected (at its source), or --exclude-until DAY")
    with open_site(config, now, writes=True) as site, site.store.write() as session:
        given: dict[str, Any] = {"by": by or who(), "reason": reason, "at": _at(site), "terms": terms_of(site.settings)}
        if exclude_until is None:
            until = disputes.uphold(session, number, **given).astimezone(site.settings.site.timezone)
            said = f"the dispute of alert {number} is upheld; its source is to be corrected by {until:%d/%m/%Y %H:%M}"
        else:
            disputes.propose_exclusion(session, number, exclude_until.date(), **given)
            said = (
                f"alert {number}: to be excluded until {exclude_until:%d/%m/%Y}, once another person has confirmed it: "
                f"alertd alerts confirm {number} --by NAME"
            )
    print(said)


def confirm(number: Number, by: Name = "", config: Config = None, now: Now = None) -> None:
    """Confirm an exclusion that somebody else proposed."""
    person, also = (by, ()) if by else (who(), also_known_as())
    with open_site(config, now, writes=True) as site, site.store.write() as session:
        until = disputes.confirm(session, number, by=person, at=_at(site), also=also)
    print(f"alert {number}: its record is excluded from the rule until {until:%d/%m/%Y}; the next cycle withdraws it")


def reject(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why the figure is right; whoever raised it reads this.")],
    by: Name = "",
    config: Config = None,
    now: Now = None,
) -> None:
    """The office disagrees, and the alert is open again; or an exclusion is to end before its day."""
    with open_site(config, now, writes=True) as site, site.store.write() as session:
        disputes.reject(session, number, by=by or who(), reason=reason, at=_at(site))
    print(f"the dispute of alert {number} is rejected")


def list_disputes(
    state: Annotated[DisputeState | None, typer.Option(help="In this state.")] = None,
    unit: Annotated[str | None, typer.Option(metavar="CODE", help="Of this unit.")] = None,
    config: Config = None,
    as_json: AsJson = False,
    now: Now = None,
) -> None:
    """What is said to be wrong: what waits for the office first."""
    with open_site(config, now) as site, site.store.read() as session:
        found = listed(session, site.settings.site.timezone, state=state, unit=unit)
    if as_json:
        show_json(found)
        return
    columns = ("alert", "state", "unit", "record", "rule", "raised", "by", "reason", "decided")
    show_table("Disputes", columns, [_row(each) for each in found], empty="nothing is disputed")


def lines(found: list[Json]) -> list[str]:
    """The disputes about one alert in words, for `alerts show`."""
    said = []
    for each in found:
        said.append(f"disputed {to_minute(each['raised_at'])} by {each['raised_by']}: {each['reason']}")
        said.append(f"  {each['state']}: {_decided(each) or 'nobody has decided'}")
        if each["state"] == DisputeState.OPEN:
            said.append(f"  not repeated to whoever raised it until {to_minute(each['quiet_until'])}")
    return said


def _row(each: Json) -> tuple[object, ...]:
    names = ("alert", "state", "unit", "key", "rule")
    return (
        *(each[name] for name in names),
        to_minute(each["raised_at"]),
        each["raised_by"],
        each["reason"],
        _decided(each),
    )


def _decided(each: Json) -> str:
    """By whom, to what end, and why."""
    if each["waits_for_second"]:
        return f"{each['decided_by']} proposes to exclude it until {_day(each)} ({each['decided_why']}); confirm it"
    if each["state"] == DisputeState.ENDED:
        return f"its alert ended ({each['ended_why']})"
    what = ""
    if each["remedy"] == "excluded":
        what = f"excluded until {_day(each)}, confirmed by {each['confirmed_by']}"
    elif each["remedy"] == "corrected":
        closed = each["closed_at"]
        what = f"corrected {to_minute(closed)}" if closed else f"to be corrected by {to_minute(each['correct_by'])}"
    return "; ".join(part for part in (each["decided_by"], what, each["decided_why"]) if part)


def _day(each: Json) -> str:
    return f"{date.fromisoformat(each['exclude_until']):%d/%m/%Y}"


def _at(site: Site) -> AsOf:
    return AsOf(site.clock.now(), site.calendar)
