"""Where templates run: they multiply numbers and draw lines, and make not much of little."""

import pytest
from jinja2 import TemplateSyntaxError
from jinja2.exceptions import SecurityError

from alertd.notices.sandbox import Sandbox


@pytest.mark.parametrize(
    ("source", "said"),
    [("{{ 6 * 7 }}", "42"), ("{{ 7 % 4 }}", "3"), ("{{ '=' * 5 }}", "====="), ("{{ 3 * true }}", "3")],
)
def test_what_a_template_needs_it_can(source: str, said: str) -> None:
    assert Sandbox().from_string(source).render() == said


LETTERS = "abc" * 100
ROUND = (
    "{% for a in s %}{% for b in s %}{% for c in s %}{% for d in s %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}"
)
MACRO = "{% macro m(n) %}{% if n %}{{ m(n-1) }}{{ m(n-1) }}{% endif %}{% endmacro %}{{ m(40) }}"


@pytest.mark.parametrize("source", [ROUND, MACRO])
def test_what_goes_round_for_ever_without_saying_anything_is_stopped(source: str) -> None:
    with pytest.raises(SecurityError, match="go round"):
        Sandbox().from_string(source).render(s=LETTERS)


@pytest.mark.parametrize(
    "again",
    [
        "{% set a = a ~ a %}",
        "{% set a = a + a %}",
        "{% set a %}{{ a }}{{ a }}{% endset %}",
        "{{ a | replace('x', a) }}",
    ],
)
def test_a_text_that_doubles_again_and_again_is_stopped(again: str) -> None:
    with pytest.raises(SecurityError, match="at most"):
        Sandbox().from_string("{% set a = 'x' * 9000 %}" + again * 40).render()


@pytest.mark.parametrize("source", ["{{ 'x'.center(9999999999) }}", "{{ '{:9999999999}'.format(1) }}"])
def test_what_is_not_for_notices_is_not_reached(source: str) -> None:
    with pytest.raises(SecurityError, match="unsafe"):
        Sandbox().from_string(source).render()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{% include 'x' %}", "no other file"),
        ("{% from 'x' import y %}", "no other file"),
        ("{% extends 'x' %}", "no other file"),
        ("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", "call itself"),
        ("{{ 'x' | center(9999999999) }}", "No filter"),
    ],
)
def test_what_is_refused_before_it_runs(source: str, said: str) -> None:
    with pytest.raises(TemplateSyntaxError, match=said):
        Sandbox().from_string(source)


def test_loops_know_where_they_are() -> None:
    source = "{% for k, v in d.items() %}{{ k ~ v }}{{ ',' if not loop.last }}{% endfor %}{{ d | length }}"
    assert Sandbox().from_string(source).render(d={"a": 1, "b": 2}) == "a1,b22"


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
