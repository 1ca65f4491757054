"""What the office hears of the delivery's own troubles, in words. Short texts, vi and en."""

from collections.abc import Mapping
from typing import Any

from alertd.model.words import ChannelName
from alertd.notices.verdict import Claimed, Why

_WORDS = {
    "vi": {
        Why.ADDRESS_REFUSED: "{name} ({unit}): địa chỉ {channel} {address} bị từ chối ({detail}); đề nghị kiểm tra lại đầu mối",
        Why.CONTENT_REFUSED: "Thông báo {id} gửi {name} ({unit}) qua {channel} bị từ chối vì nội dung ({detail})",
        Why.NO_CONTACT: "{name} ({unit}): không còn địa chỉ nào nhận được, thông báo {id} không gửi được ({detail})",
        Why.GIVEN_UP: "Thông báo {id} gửi {name} ({unit}) qua {channel} không thành sau {attempts} lần ({detail})",
        Why.TOO_OLD: "Thông báo {id} gửi {name} ({unit}) qua {channel} đã quá hạn gửi ({detail})",
        Why.MAY_HAVE_ARRIVED: "Thông báo {id} gửi {name} ({unit}) qua {channel}: không rõ đã đến hay chưa ({detail})",
    },
    "en": {
        Why.ADDRESS_REFUSED: "{name} ({unit}): the {channel} address {address} was refused ({detail}); check the contact",
        Why.CONTENT_REFUSED: "Notice {id} to {name} ({unit}) by {channel} was refused for its content ({detail})",
        Why.NO_CONTACT: "{name} ({unit}): no address takes anything, notice {id} was not delivered ({detail})",
        Why.GIVEN_UP: "Notice {id} to {name} ({unit}) by {channel} failed {attempts} times ({detail})",
        Why.TOO_OLD: "Notice {id} to {name} ({unit}) by {channel} became too old to send ({detail})",
        Why.MAY_HAVE_ARRIVED: "Notice {id} to {name} ({unit}) by {channel} may or may not have arrived ({detail})",
    },
}
_OUTAGE = {
    "vi": "Không kết nối được kênh {channel}: {detail}",
    "en": "The channel {channel} cannot be reached: {detail}",
}
_POISON = {
    "vi": "Thông báo {id} gửi {name} ({unit}): tiến trình gửi bị ngắt nhiều lần, đã dừng gửi",
    "en": "Notice {id} to {name} ({unit}): the process ended again and again while sending it; given up",
}

WAY = {
    "vi": {ChannelName.TELEGRAM: "Telegram", ChannelName.EMAIL: "thư điện tử", ChannelName.HTTP: "tin nhắn"},
    "en": {ChannelName.TELEGRAM: "Telegram", ChannelName.EMAIL: "e-mail", ChannelName.HTTP: "text message"},
}
_BOUNCED = {
    "vi": "{name} ({unit}): thư gửi đến {address} bị trả lại ({detail}); thông báo số {id} {then}; đề nghị kiểm tra lại địa chỉ",
    "en": "{name} ({unit}): mail to {address} was returned ({detail}); notice no. {id} {then}; check the address",
}
_THEN = {
    "vi": {
        "again": "được gửi lại qua {channel}",
        "nowhere": "không còn kênh nào khác để gửi",
        "settled": "đã được xác nhận hoặc gửi qua kênh khác",
    },
    "en": {
        "again": "goes again by {channel}",
        "nowhere": "has no other way to go",
        "settled": "was confirmed, or went by another way, before",
    },
}
_STRANGE = {
    "vi": "Hộp thư báo lỗi gửi thư ({place}): có thư không liên quan đến thông báo nào đã gửi; thư được giữ lại ở đó, đề nghị xem",
    "en": "The mailbox for reports ({place}) holds mail about no notice that was sent; it is kept there, please look at it",
}


def sentence(claimed: Claimed, why: Why, detail: str, language: str) -> str:
    """One line for the office about a notice that did not go as it was meant to."""
    text = _WORDS.get(language, _WORDS["en"])[why]
    return text.format(
        id=claimed.id,
        name=claimed.outgoing.name,
        unit=claimed.unit or "—",
        channel=claimed.channel.value,
        address=claimed.address,
        attempts=claimed.attempts,
        detail=detail,
    )


def outage(channel: ChannelName, detail: str, language: str) -> tuple[str, str]:
    """Subject and sentence of a channel that nobody reaches."""
    return f"channel:{channel}", _OUTAGE.get(language, _OUTAGE["en"]).format(channel=channel.value, detail=detail)


def poison(notice: int, name: str, unit: str, language: str) -> tuple[str, str]:
    """Subject and sentence of a notice at which one process after another died."""
    return f"notice:{notice}", _POISON.get(language, _POISON["en"]).format(id=notice, name=name, unit=unit or "—")


def returned(notice: Mapping[Any, Any], address: str, detail: str, then: str, channel: str, language: str) -> str:
    """That a mail came back, and what becomes of its notice: ``then`` is again, nowhere or settled."""
    by = WAY.get(language, WAY["en"])[ChannelName(channel)] if channel else ""
    words = _THEN.get(language, _THEN["en"])[then].format(channel=by)
    text = _BOUNCED.get(language, _BOUNCED["en"])
    about = {"name": notice["recipient"], "unit": notice["unit"] or "—", "id": notice["id"]}
    return text.format(**about, address=address, detail=detail, then=words)


def strange(place: str, language: str) -> str:
    """That mail lies in the mailbox for reports which is none."""
    return _STRANGE.get(language, _STRANGE["en"]).format(place=place)
