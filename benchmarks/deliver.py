"""Delivery against servers on loopback: a bot that takes 30 ms and permits 30 a second, a mail server that takes 20 ms."""

import argparse
import random
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select

from alertd.channels.base import Channel
from alertd.channels.email import EmailChannel
from alertd.channels.telegram import TelegramChannel
from alertd.channels.telegram_line import TelegramLine
from alertd.demo.bot_api import TOKEN, BotApi
from alertd.demo.mail_sink import MailSink
from alertd.model.notices import notices_table
from alertd.model.words import ChannelName, NoticeState
from alertd.notices.deliver import Delivered, deliver
from alertd.notices.policy import Policy
from alertd.settings.secret import Secret
from alertd.settings.shapes import Email, Telegram
from alertd.store.database import Store
from benchmarks.report import at_least, report, said
from benchmarks.stores import sqlite

_PERMITTED = 30.0
_BOT_TAKES, _MAIL_TAKES = 0.03, 0.02


def _fill(store: Store, channel: ChannelName, count: int) -> None:
    rows = [
        {
            "kind": "digest",
            "recipient": f"Head {number}",
            "person": f"head{number}@hanoi.example",
            "channel": channel.value,
            "address": str(1000 + number) if channel is ChannelName.TELEGRAM else f"head{number}@hanoi.example",
            "created_at": datetime.now(UTC),
            "subject": "[TTHC] Bản tin",
            "text": "Kính gửi: Đồng chí\n" + "H26.1-261005-0001 quá 12 ngày làm việc\n" * 20,
            "chat": '["<b>Bản tin</b>"]',
        }
        for number in range(count)
    ]
    with store.write() as session:
        session.connection().execute(insert(notices_table), rows)


def _run(store: Store, channels: dict[ChannelName, Channel], policy: Policy) -> tuple[Delivered, float]:
    begun = time.perf_counter()
    done = deliver(
        store,
        channels,
        clock=lambda: datetime.now(UTC),
        pace_clock=time.time,
        sleep=time.sleep,
        random=random.random,
        worker="bench",
        policy=policy,
    )
    return done, time.perf_counter() - begun


def _all_sent(store: Store, count: int) -> bool:
    with store.read() as session:
        states = session.connection().execute(select(notices_table.c.state)).scalars().all()
    return len(states) == count and set(states) == {NoticeState.SENT.value}


def bot(count: int) -> None:
    with BotApi(latency=_BOT_TAKES, per_second=_PERMITTED, per_chat_second=1.0) as api, sqlite() as store:
        line = TelegramLine(Telegram(token=Secret("bench", TOKEN), base_url=api.root))
        channel = TelegramChannel(line)
        _fill(store, ChannelName.TELEGRAM, count)
        _, seconds = _run(store, {ChannelName.TELEGRAM: channel}, Policy())
        channel.close()
        whole = _all_sent(store, count)
        at_least(f"bot: {count} notices", ours=count / seconds, floor=_PERMITTED, goal=0.95, unit="messages/s")
        report(
            "bot: refusals",
            ours=api.refused,
            floor=0,
            ratio=api.refused,
            goal="0",
            unit="answers 429",
            met=whole and not api.refused,
        )
        report(
            "bot: 700 notices in",
            ours=seconds * 700 / count,
            floor=25,
            ratio=seconds * 700 / count / 25,
            goal="<= 25 s",
            unit="s",
            met=seconds * 700 / count <= 25,
        )


def mail(count: int) -> None:
    rates = []
    for connections in (1, 8):
        with MailSink(latency=_MAIL_TAKES) as sink, sqlite() as store:
            settings = Email(
                host="127.0.0.1",
                port=sink.port,
                security="none",
                sender="alertd <alertd@hanoi.example>",
                connections=connections,
            )
            channel = EmailChannel(settings, folder=Path(), clock=lambda: datetime.now(UTC))
            part = count if connections > 1 else count // 4
            _fill(store, ChannelName.EMAIL, part)
            _, seconds = _run(store, {ChannelName.EMAIL: channel}, Policy())
            channel.close()
            assert _all_sent(store, part)
            rates.append(part / seconds)
    at_least("mail: pool of 8 against one connection", ours=rates[1], floor=rates[0], goal=5.0, unit="mails/s")


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--notices", type=int, default=700)
    count = words.parse_args().notices
    said(f"delivery of {count} notices ({threading.active_count()} thread before)")
    bot(count)
    mail(count)


if __name__ == "__main__":
    main()
