"""The digests of a day without their words: who gets one, when, and of how many alerts it tells. For a replay that counts."""

from collections.abc import Sequence

from alertd.model.words import NoticeKind
from alertd.notices.audience import Audience
from alertd.notices.daily import Daily, Made
from alertd.notices.put import NO_WORDS, put


def write(daily: Daily, batch: Sequence[Audience], cycle: int | None) -> Made:
    """Into the outbox, without lists. What the next digests are compared with is left behind as always."""
    drafts = {}
    for audience in batch:
        if daily.is_city(audience):
            counts = daily.city_left_behind(audience, None)
            drafts[audience.number] = daily.draft(audience, NoticeKind.OFFICE, counts, NO_WORDS)
        else:
            counts = daily.left_behind(audience, None)
            drafts[audience.number] = daily.draft(audience, NoticeKind.DIGEST, counts, NO_WORDS)
    ids = put(daily.session, list(drafts.values()), daily.at, cycle)
    linked = {number: ids[draft.once] for number, draft in drafts.items() if draft.once in ids}
    return Made(len(ids), linked, ())
