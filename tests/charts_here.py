"""Charts drawn in the process of the tests by the very code that draws them apart: a story of ten digests would otherwise load
matplotlib ten times, which took a third of the time of all stories. The process of its own has its tests (test_outlook)."""

from functools import cache

import pytest

from alertd.reports import charts, drawing

_answer = cache(drawing.answer)  # the same figures are the same picture


def draw_here(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(charts, "_apart", lambda asked, _: _answer(asked))
