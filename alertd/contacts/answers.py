"""What a person wrote is kept, tied to the last notice that he got, for the office; and is a sign of life about that notice."""

from sqlalchemy import RowMapping, and_, insert, select

from alertd.contacts import press
from alertd.contacts.phrases import say
from alertd.contacts.turn import Turn
from alertd.model.base import table_of
from alertd.model.masked import masked
from alertd.model.notices import notices_table
from alertd.model.people import Answer
from alertd.model.words import NoticeState

_n, _answers = notices_table.c, table_of(Answer)


def keep_answer(turn: Turn, row: RowMapping) -> None:
    """``row``: his binding."""
    connection = turn.session.connection()
    sent = and_(_n.person == row["person"], _n.state == NoticeState.SENT.value)
    last = connection.execute(select(_n.id).where(sent).order_by(_n.sent_at.desc(), _n.id.desc()).limit(1)).scalar()
    connection.execute(
        insert(_answers).values(
            at=turn.at.now,
            channel=turn.incoming.channel.value,
            user_id=turn.incoming.user_id,
            person=row["person"],
            name=row["name"],
            unit=row["unit"],
            notice_id=last,
            text=masked(turn.incoming.text) or say("no_words", turn.language),
        )
    )
    if last is not None:
        press.sign(turn.session, last, turn.at.now, by=row["name"])
