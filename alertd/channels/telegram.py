"""Telegram as a way out: the parts of a message into one chat, in order, and what the server said."""

import asyncio
import html
import logging
from concurrent.futures import CancelledError
from dataclasses import replace
from typing import Any

from telegram import Bot, InputFile, LinkPreviewOptions
from telegram import Message as Sent
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from alertd.channels.base import repeat_line
from alertd.channels.telegram_buttons import keyboard
from alertd.channels.telegram_line import WIDTH, TelegramLine
from alertd.channels.telegram_outcome import cannot_parse, outcome_of, plain_text
from alertd.errors import CannotRun
from alertd.model.message import Attachment, Message, Outcome, Outgoing, Result
from alertd.model.words import ChannelName

log = logging.getLogger(__name__)

# The parts of one message go into one chat, which takes per_chat_second of them; a little more than the exact gap,
# because the server counts by its own clock.
_GAP = 1.03


class TelegramChannel:
    """Sends through a line that it may share with the inbox. ``address`` is the chat's number."""

    name = ChannelName.TELEGRAM
    width = WIDTH

    def __init__(self, line: TelegramLine) -> None:
        self._line = line
        self._documents = line.settings.attachments
        self._gap = _GAP / line.settings.per_chat_second

    def send(self, outgoing: Outgoing) -> Outcome:
        """Begins with the part after ``parts_sent``; the Outcome's ``parts_sent`` says how far it came.

        Documents (where the city permits them) count as parts after the texts.
        """
        try:
            chat = int(outgoing.address)
        except ValueError:
            what = f"{outgoing.address!r} is no chat's number; enrol the recipient again"
            return Outcome(Result.ADDRESS_REFUSED, what, parts_sent=outgoing.parts_sent)
        try:
            return self._line.call(lambda bot: self._send(bot, chat, outgoing))
        except CancelledError:
            return Outcome(Result.UNCERTAIN, "stopped while sending", parts_sent=outgoing.parts_sent)

    def probe(self) -> str:
        try:
            me = self._line.call(lambda bot: bot.get_me())
        except TelegramError as error:
            outcome = outcome_of(error, group=False)
            raise CannotRun(f"{self._line.root}: {self._line.scrub(outcome.detail)}") from None
        return f"{self._line.root}: bot @{me.username}"

    def close(self) -> None:
        self._line.close()

    async def _send(self, bot: Bot, chat: int, outgoing: Outgoing) -> Outcome:
        texts = _texts(outgoing)
        documents = outgoing.message.attachments if self._documents else ()
        done, server_id = outgoing.parts_sent, ""
        try:
            for part in range(done, len(texts) + len(documents)):
                if part > outgoing.parts_sent:
                    await asyncio.sleep(self._gap)
                if part < len(texts):
                    sent = await self._text(bot, chat, outgoing, texts, part)
                    server_id = str(sent.message_id)
                else:
                    await _document(bot, chat, outgoing.message, documents[part - len(texts)])
                done = part + 1
        except TelegramError as error:
            outcome = outcome_of(error, group=chat < 0)
            return replace(outcome, detail=self._line.scrub(outcome.detail), server_id=server_id, parts_sent=done)
        return Outcome(Result.ACCEPTED, server_id=server_id, parts_sent=done)

    async def _text(self, bot: Bot, chat: int, outgoing: Outgoing, texts: tuple[str, ...], part: int) -> Sent:
        message = outgoing.message

        async def post(text: str, **how: Any) -> Sent:
            return await bot.send_message(
                chat,
                text,
                disable_notification=message.silent,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=keyboard(message.buttons) if part == len(texts) - 1 else None,
                **how,
            )

        try:
            return await post(texts[part], parse_mode=ParseMode.HTML)
        except TelegramError as error:
            if not cannot_parse(error):
                raise
            log.warning("notice %d: the bot server cannot parse part %d; sent plain", outgoing.number, part + 1)
        return await post(plain_text(texts[part]))


def _texts(outgoing: Outgoing) -> tuple[str, ...]:
    """The parts in Telegram's HTML, the first one that is still to go marked where it may be a repeat."""
    message = outgoing.message
    texts = list(message.chat or (html.escape(message.short or message.text, quote=False),))
    if outgoing.possible_repeat and outgoing.parts_sent < len(texts):
        texts[outgoing.parts_sent] = f"{repeat_line(message.language)}\n{texts[outgoing.parts_sent]}"
    return tuple(texts)


async def _document(bot: Bot, chat: int, message: Message, attachment: Attachment) -> None:
    """A picture is seen in the chat itself; one that the server does not take as such goes as a file."""
    if attachment.media_type == "image/png":
        try:
            picture = InputFile(attachment.content, filename=attachment.name)
            await bot.send_photo(chat, picture, disable_notification=message.silent)
        except BadRequest as error:
            log.warning(
                "the bot server does not take %s as a picture (%s); sent as a file", attachment.name, error.message
            )
        else:
            return
    file = InputFile(attachment.content, filename=attachment.name)
    await bot.send_document(chat, file, disable_notification=message.silent)
