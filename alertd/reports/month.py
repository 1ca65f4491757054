"""The month that somebody asks a report of. Pure."""

from alertd.errors import CannotRun, Said
from alertd.model.period import Period, period_of


def month_given(text: str) -> Period:
    """``2024-09``. Raises CannotRun."""
    found = period_of(text.strip())
    if found is None or found.length != 1:
        raise CannotRun(
            Said(
                f"{text!r} is no month; write it as 2024-09", f"{text!r} không phải là tháng; đề nghị viết dạng 2024-09"
            )
        )
    return found
