"""What is told of a record when one of its rules is kept back, on both databases."""

from sqlalchemy import delete, insert, select

from alertd.model.notices import telling_table
from alertd.notices.share import list_again
from alertd.store.database import Store


def test_where_the_rule_that_showed_a_figure_is_kept_another_of_its_line_shows_it_and_no_other_line_counts(
    store: Store,
) -> None:
    """Of one total its fall and its rank are one line, of which the one that was shown is kept back; its restatement is another."""
    basic = {"number": 1, "unit": "", "dataset": "index_readings", "key": "k", "level": 2, "why": "opened", "kept": 0}
    rows = [
        {**basic, "alert_id": 1, "rule": "index-rank-fell", "listed": 0, "rules": "index-fell\nindex-rank-fell"},
        {**basic, "alert_id": 2, "rule": "index-restated", "listed": 1, "rules": "index-restated"},
    ]
    with store.write() as session:
        connection = session.connection()
        connection.execute(delete(telling_table))  # of the connection, and so of the test before
        connection.execute(insert(telling_table), rows)
        list_again(session)
        listed = connection.execute(select(telling_table.c.listed).order_by(telling_table.c.alert_id)).scalars().all()
    assert listed == [1, 1]
