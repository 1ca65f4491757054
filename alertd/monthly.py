"""The monthly bulletin of a site: its figures with what stands in other rooms (which sources are believed, what is disputed), and
as messages know them."""

from collections.abc import Mapping

from sqlmodel import Session

from alertd.derive.follow import follow
from alertd.intake.freshness import freshness
from alertd.model.asof import AsOf
from alertd.model.freshness import Freshness
from alertd.model.period import Period
from alertd.notices.bulletin_figures import Headline, Result
from alertd.reports import contested, editions
from alertd.reports.bulletin import UPHELD, Amended, Bulletin, Count, Row
from alertd.reports.bulletin_make import make
from alertd.reports.bulletin_voice import printed
from alertd.reports.causes import causes_of
from alertd.reports.month import month_given
from alertd.site import Site

_SHOWN = ("files", "announcements", "index_readings")  # datasets whose figures stand in it
_HASH = 12  # characters of a content's hash, as `alertd bulletin` shows them


def bulletin(session: Session, site: Site, at: AsOf, month: Period) -> Bulletin:
    """What a bulletin of the month would say now; what follows from the records is brought up first."""
    fresh = freshness(session, site.settings.sources, at)
    follow(session, site.settings, site.directory, at, fresh)
    return figures(session, site, at, month, fresh)


def figures(session: Session, site: Site, at: AsOf, month: Period, fresh: Mapping[str, Freshness]) -> Bulletin:
    """The same in a cycle, which has brought everything up already."""
    return make(
        session,
        site.settings,
        site.directory,
        at,
        month,
        sources={name: fresh[name] for name in _sources(site) if name in fresh},
        disputes=contested.open_disputes(session, month, at.now),
        upheld=_upheld(session, site, at, month),
        causes=_causes(session, site, at, month),
    )


def _sources(site: Site) -> list[str]:
    return [source.name for source in site.settings.sources if source.dataset in _SHOWN]


def _causes(session: Session, site: Site, at: AsOf, month: Period) -> list[Count]:
    """Of the files that became late in the month, by kind of cause (a CauseKind), and of how many nobody gave one."""
    whole = causes_of(session, at, month.first, month.last, site.settings.apologies.causes).total
    found = [Count(kind.value, count) for kind, count in whole.kinds.items()]
    return [*found, Count("unknown", whole.unknown)] if whole.unknown and found else found


def _upheld(session: Session, site: Site, at: AsOf, month: Period) -> list[Amended]:
    """By unit, how many figures of the month the office has agreed to be wrong since the edition before was drawn up."""
    since = editions.decided_since(session, month, at.calendar.midnight(month.first))
    found = contested.upheld(session, month, since, at.now)
    name_of = site.directory.name_of
    return [Amended(unit, name_of(unit), UPHELD, "", str(count)) for unit, count in sorted(found.items())]


def headline_of(made: Bulletin, at: AsOf, content: str = "") -> Headline:
    """The city's figures as messages know them. ``content``: the draft's hash."""
    local, city = at.calendar.local, made.city
    before = dict(made.history).get(str(month_given(made.month).before))
    shown = [row for row in made.rows if row.received]
    upheld = [int(each.after) for each in made.amended if each.what == UPHELD]
    return Headline(
        month=made.month,
        edition=made.edition,
        content=content[:_HASH],
        made_at=local(made.made_at),
        received=city.received,
        ended=city.ended,
        on_time=city.on_time,
        late=city.late,
        overdue=city.open_overdue,
        on_time_rate=printed(city.on_time_rate),
        rate_before=printed(before),
        online_rate=printed(city.online_rate),
        ranked=sum(row.rank is not None for row in shown),
        unranked=sum(row.rank is None for row in shown),
        disputes=sum(row.disputes for row in made.rows),
        amended=len(made.amended) - len(upheld),
        upheld=sum(upheld),
        doubted=made.doubted,
        released_at=None if made.released_at is None else local(made.released_at),
        released_by=made.released_by,
    )


def result_of(row: Row, made: Bulletin) -> Result:
    """A unit's figures as messages know them."""
    ranked = sum(each.rank is not None and each.group == row.group for each in made.rows)
    both = row.rank is not None and row.rank_before is not None
    return Result(
        unit=row.unit,
        received=row.received,
        done=row.ended,
        on_time=row.on_time,
        late=row.late,
        overdue=row.open_overdue,
        on_time_rate=printed(row.on_time_rate),
        online_rate=printed(row.online_rate),
        online_target=row.online_target,
        group=row.group,
        rank=row.rank,
        of=ranked,
        moved=(row.rank_before or 0) - (row.rank or 0) if both else None,
    )
