"""The body of a request to an SMS or Zalo gateway, from the template in [http] body. In a sandbox; it sends nothing."""

import json
from collections.abc import Callable

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from alertd.errors import Fault, Misconfigured, Said
from alertd.model.message import Message, Outgoing

_REPEAT = {"vi": "(có thể là tin gửi lại)", "en": "(possibly a second time)"}
_TRIAL = Outgoing(1, "0901", "A", Message("s", "t", short="t"))


def gateway_body(template: str) -> Callable[[Outgoing], str]:
    """Knows address, name, text (the short one), subject and number; the filter ``json`` writes a value with its quotes.

    Raises Misconfigured where the template cannot be used."""
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
    environment.filters["json"] = _json
    try:
        compiled = environment.from_string(template)
        compiled.render(_values(_TRIAL))
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        what = Said(f"http.body: {error}", f"http.body: mẫu không dùng được ({error})")
        cure = Said(
            "it may use address, name, text, subject and number, each with | json",
            "mẫu chỉ được dùng address, name, text, subject và number, mỗi trường kèm | json",
        )
        raise Misconfigured([Fault("config.toml", 0, 0, what, cure)]) from error
    return lambda outgoing: compiled.render(_values(outgoing))


def _values(outgoing: Outgoing) -> dict[str, object]:
    message = outgoing.message
    text = message.short or message.text
    if outgoing.possible_repeat:
        text = f"{_REPEAT.get(message.language, _REPEAT['en'])} {text}"
    return {
        "address": outgoing.address,
        "name": outgoing.name,
        "text": text,
        "subject": message.subject,
        "number": outgoing.number,
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
