"""alertd alerts cause: why a file is late, in the words of whoever answers for it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import select
from sqlmodel import Session

from alertd.cli.common import Config, Now, to_minute, who
from alertd.cli.site import open_site
from alertd.errors import Refused
from alertd.model.alerts import alerts_table
from alertd.model.apologies import CauseWay
from alertd.model.asof import AsOf
from alertd.model.cause_words import called, kind_of
from alertd.model.files import FILES
from alertd.settings.shapes import Settings
from alertd.store import causes

Json = dict[str, Any]
_a = alerts_table.c


def cause(
    number: Annotated[int, typer.Argument(metavar="ID", min=1, max=2**63 - 1, help="The alert's number.")],
    reason: Annotated[str, typer.Option(help="Why the file is late; nothing by which a citizen could be known.")],
    by: Annotated[
        str, typer.Option("--by", metavar="NAME", help="In whose name; by default the user at the keyboard.")
    ] = "",
    config: Config = None,
    now: Now = None,
) -> None:
    """Why its file is late: kept with the alert, counted by kind, and printed in drafts of apologies."""
    if not reason.strip():
        raise Refused("a cause needs words: --reason TEXT")
    with open_site(config, now, writes=True) as site, site.store.write() as session:
        row = session.connection().execute(select(_a.dataset, _a.key, _a.unit).where(_a.id == number)).first()
        if row is None:
            raise Refused(f"there is no alert {number}; see `alertd alerts list`")
        if row.dataset != FILES.name:
            raise Refused(f"alert {number} is about no file; causes of delay are those of files")
        at = AsOf(site.clock.now(), site.calendar)
        causes.keep(session, [number], reason, unit=row.unit, by=by or who(), way=CauseWay.COMMAND, at=at)
        kept = causes.of_records(session, row.dataset, [row.key])[row.key][-1]["text"]
        kind = called(kind_of(kept, site.settings.apologies.causes), site.settings.site.language)
    print(f"the cause of alert {number} ({row.key}) is kept, as: {kind}")
    if kept != " ".join(reason.split()):
        print(f"what may identify a citizen was taken out; kept is: {kept}")


def of_alert(session: Session, settings: Settings, alert: Mapping[str, Any]) -> list[Json]:
    """What was said of the delay of the alert's record, as JSON."""
    found = causes.of_records(session, alert["dataset"], [alert["key"]]).get(alert["key"], [])
    return [_json(row, settings, settings.site.timezone) for row in found]


def lines(said: list[Json]) -> Iterator[str]:
    for each in said:
        yield f"cause ({each['kind']}): {each['text']} – {each['by']}, {to_minute(each['at'])}"


def _json(row: Mapping[str, Any], settings: Settings, zone: ZoneInfo) -> Json:
    at: datetime = row["at"]
    kind = kind_of(row["text"], settings.apologies.causes).value
    return {
        "at": at.astimezone(zone).isoformat(),
        "kind": kind,
        "text": row["text"],
        "by": row["by"],
        "way": row["way"],
        "notice": row["notice_id"],
    }
