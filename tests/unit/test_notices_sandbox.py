"""Where templates run: they multiply numbers and draw lines, and make not much of little."""

import pytest
from jinja2.exceptions import SecurityError

from alertd.notices.sandbox import Sandbox


@pytest.mark.parametrize(
    ("source", "said"),
    [("{{ 6 * 7 }}", "42"), ("{{ 7 % 4 }}", "3"), ("{{ '=' * 5 }}", "====="), ("{{ 3 * true }}", "3")],
)
def test_what_a_template_needs_it_can(source: str, said: str) -> None:
    assert Sandbox().from_string(source).render() == said


@pytest.mark.parametrize(
    "source",
    [
        "{{ 9 ** 9 ** 9 }}",
        "{{ 'x' * 9999999999 }}",
        "{{ ([1] * 9999) * 9999 }}",
        "{{ '%9999999999d' % 1 }}",
        "{{ 2 * 'x' }}",
    ],
)
def test_much_of_little_is_refused(source: str) -> None:
    with pytest.raises(SecurityError, match=r"for numbers|not for notices"):
        Sandbox().from_string(source).render()
