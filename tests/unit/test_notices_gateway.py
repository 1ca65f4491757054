"""The body for a gateway: its template may name a few values, writes them with their quotes, and is tried at the start."""

import json

import pytest

from alertd.errors import Misconfigured
from alertd.model.message import Message, Outgoing
from alertd.notices.gateway import gateway_body
from alertd.settings.shapes import Http

MESSAGE = Message("Chủ đề", "dài", short='Hồ sơ "quá hạn"\\: 3 {{7*7}}', language="vi")


def test_the_default_body_is_json_whatever_the_text_holds() -> None:
    body = gateway_body(Http().body)(Outgoing(7, "0901", "Lan", MESSAGE))
    assert json.loads(body) == {"to": "0901", "text": MESSAGE.short}


def test_a_message_without_a_short_text_goes_as_its_text() -> None:
    body = gateway_body("{{ number }};{{ text }}")
    assert body(Outgoing(7, "0901", "Lan", Message("s", "dài"))) == "7;dài"


def test_a_message_that_may_have_arrived_says_so() -> None:
    body = gateway_body("{{ text }}")
    assert body(Outgoing(7, "0901", "Lan", MESSAGE, possible_repeat=True)).startswith("(có thể là tin gửi lại)")


@pytest.mark.parametrize(
    "template", ["{{ text", "{{ txt }}", "{{ text | jsn }}", "{{ ''.__class__.__mro__ }}", "{{ 1 / 0 }}"]
)
def test_a_body_that_cannot_be_written_is_refused_at_the_start(template: str) -> None:
    with pytest.raises(Misconfigured, match=r"http\.body"):
        gateway_body(template)
