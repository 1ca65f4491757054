"""What was told before: the figures of the last notice to each person, so that the next one can say how they have changed."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from alertd.model.notices import notices_table
from alertd.model.words import NoticeKind, NoticeState
from alertd.notices.audience import Audience
from alertd.notices.compose import Before

_n = notices_table.c
# Nobody has read these.
_UNREAD = (NoticeState.WITHDRAWN.value, NoticeState.SUPERSEDED.value, NoticeState.DEAD.value)


def befores(
    session: Session,
    audiences: Sequence[Audience],
    kinds: Sequence[NoticeKind] = (NoticeKind.ALERT, NoticeKind.DIGEST),
) -> dict[int, Before]:
    """The last notice with figures, of these kinds, by the recipient's number; one statement."""
    keys = {_key(audience): audience.number for audience in audiences}
    last = func.row_number().over(partition_by=[_n.person, _n.meant_for], order_by=_n.id.desc())
    found = (
        select(_n.person, _n.meant_for, _n.created_at, _n.counts, last.label("place"))
        .where(
            _n.person.in_(sorted({person for person, _ in keys})),
            _n.kind.in_([kind.value for kind in kinds]),
            _n.counts != "{}",
            _n.state.not_in(_UNREAD),
        )
        .subquery()
    )
    rows: Any = session.connection().execute(select(found).where(found.c.place == 1))
    return {
        keys[row.person, row.meant_for]: Before(row.created_at, json.loads(row.counts))
        for row in rows
        if (row.person, row.meant_for) in keys
    }


def _key(audience: Audience) -> tuple[str, str]:
    """As the notices have it: whom it went to, and in a rehearsal whom it was meant for."""
    return audience.to.person, audience.person if audience.meant else ""
