"""Facts of many alerts in one statement: every clock is read from the row, none from a parameter."""

import pytest
from sqlalchemy import select

from alertd.alerts.then import Then
from alertd.model.dataset import Dataset
from alertd.model.datasets import DATASETS

CLOCK = {"now", "today", "today_day", "today_no"}


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=list(DATASETS))
def test_every_field_is_read_by_the_clock_of_its_row(dataset: Dataset) -> None:
    fields = [field.sql(Then(dataset)) for field in dataset.declared]
    assert not CLOCK & set(select(*fields).compile().params)
