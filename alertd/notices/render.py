"""A letter becomes a message: worded and laid out once for every way out, short enough for each, whatever the templates do."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from alertd.model.message import Message
from alertd.notices import wording, wording_brake, wording_bulletin, wording_digest, wording_disputes, wording_office
from alertd.notices.chat import BadChat, filled, pack
from alertd.notices.clean import one_line
from alertd.notices.document import Document
from alertd.notices.filters import Form
from alertd.notices.letter import Letter
from alertd.notices.templates import TemplateFailed, Templates
from alertd.notices.wording import Speaker

MOST_HTML = 95_000  # bytes: mail programs cut what is longer than some 100 kB
MOST_PARTS = 4  # messages in a chat; what is longer goes as a summary
MOST_UNITS = 40  # units that a section of a message names
_SUBJECT, _SHORT = 180, 300

_WORDED: Mapping[str, Callable[[Speaker], Document]] = {
    "alert": wording.alert,
    "digest": wording_digest.digest,
    "city": wording_digest.city,
    "office": wording_office.office,
    "held": wording_brake.held,
    "go_live": wording_brake.go_live,
    "go_live_city": wording_brake.go_live_city,
    "correction": wording_office.correction,
    "sample": wording_office.sample,
    "linked": wording_office.linked,
    "dispute": wording_disputes.answered,
    "bulletin": wording_bulletin.draft,
    "bulletin_rows": wording_bulletin.rows,
    "bulletin_released": wording_bulletin.released,
    "bulletin_result": wording_bulletin.result,
}
KINDS = tuple(_WORDED)  # of messages


@dataclass(frozen=True, slots=True)
class Manner:
    """How a message is to be written. ``lines``: items of a list; ``documents``: lists may go into the chat; ``mail``: the
    person has an address for what is too long for it."""

    lines: int
    documents: bool = False
    mail: bool = True
    silent: bool = False
    bulk: bool = False
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """``failed``: the first template that could not be used; the text that alertd ships was taken instead. ``summary``: the
    chat has the counts alone, the list has to go by mail."""

    message: Message
    failed: TemplateFailed | None = None
    summary: bool = False


def render(templates: Templates, letter: Letter, manner: Manner) -> Rendered:
    """Never fails for what the office wrote: its own words, else those that are shipped, else the plainest of them."""
    failed: TemplateFailed | None = None
    for attempt, own in ((letter, True), (letter, False)):
        try:
            return _written(templates, attempt, manner, failed, own=own)
        except TemplateFailed as error:
            failed = failed or error
    plain = replace(
        letter,
        sections=tuple(replace(section, template="default") for section in letter.sections),
        tasks=tuple(replace(task, section=replace(task.section, template="default")) for task in letter.tasks),
        ahead=tuple(replace(task, section=replace(task.section, template="default")) for task in letter.ahead),
    )
    return _written(templates, plain, manner, failed, own=False)


def button(templates: Templates, language: str, block: str = "button") -> str:
    """The label of the button by which a reader says that he received a notice; or of ``dispute_button``, by which he says that a
    figure in it is wrong."""
    said = ""
    for own in (True, False):
        with suppress(TemplateFailed):
            said = said or templates.voice(language, Form.TEXT, own=own).say("messages/alert", block, {})
    return one_line(said, 40)


def _written(
    templates: Templates, letter: Letter, manner: Manner, failed: TemplateFailed | None, *, own: bool
) -> Rendered:
    writer = _Writer(templates, letter, own)
    document = writer.document(Form.TEXT, manner.lines, MOST_UNITS)
    chat, summary = writer.chat(manner)
    message = Message(
        subject=one_line(document.subject, _SUBJECT),
        text=writer.laid(Form.TEXT, document).strip("\n") + "\n",
        html=writer.html(manner.lines),
        chat=chat,
        short=one_line(writer.short(), _SHORT),
        silent=manner.silent,
        bulk=manner.bulk,
        thread=manner.thread,
        language=letter.language,
    )
    return Rendered(message, failed, summary)


def by_mail(letter: Letter) -> Letter:
    """As it is said where nothing can be attached."""
    drafts = replace(letter.drafts, here=False) if letter.drafts else None
    return replace(letter, attached=False, drafts=drafts)


@dataclass(frozen=True)
class _Writer:
    templates: Templates
    letter: Letter
    own: bool

    def document(self, form: Form, most: int, units: int, letter: Letter | None = None) -> Document:
        told = letter or self.letter
        voice = self.templates.voice(told.language, form, own=self.own)
        return _WORDED[told.kind](Speaker(voice, told, most, units))

    def laid(self, form: Form, document: Document) -> str:
        voice = self.templates.voice(self.letter.language, form, own=self.own)
        return voice.frame({"letter": self.letter, "document": document})

    def html(self, most: int) -> str:
        """As many items and units as a mail program takes."""
        units = MOST_UNITS
        while True:
            page = self.laid(Form.HTML, self.document(Form.HTML, most, units))
            if len(page.encode()) <= MOST_HTML or max(most, units) <= 1:
                return page
            # with no lines at all, what has to be told in any case would go too
            most, units = max(1, most // 2), max(1, units // 2)

    def chat(self, manner: Manner) -> tuple[tuple[str, ...], bool]:
        """The parts for the chat, and whether they are a summary alone."""
        letter = self.letter if manner.documents else by_mail(self.letter)
        try:
            parts = pack(self._chat(letter, manner.lines, MOST_UNITS, ""))
            if len(parts) <= MOST_PARTS:
                return parts, False
            note = self._say("list_by_mail" if manner.mail else "list_at_office")
            parts = pack(self._chat(letter, 0, MOST_UNITS, note))
            if len(parts) > MOST_PARTS:
                kept = filled(self._chat(letter, 0, MOST_UNITS, ""))[: MOST_PARTS - 1]
                parts = pack("\n".join([*kept, f"… {note}"]))
        except BadChat as error:
            raise TemplateFailed("frame", "frame.chat", 0, str(error)) from error
        return parts, True

    def _chat(self, letter: Letter, most: int, units: int, note: str) -> str:
        document = self.document(Form.CHAT, most, units, letter)
        if note:
            document = replace(document, closing=(note, *document.closing))
        return self.laid(Form.CHAT, document)

    def _say(self, block: str) -> str:
        voice = self.templates.voice(self.letter.language, Form.CHAT, own=self.own)
        return voice.say(f"messages/{self.letter.kind}", block, {"letter": self.letter})

    def short(self) -> str:
        voice = self.templates.voice(self.letter.language, Form.TEXT, own=self.own)
        return voice.say(f"messages/{self.letter.kind}", "short", {"letter": self.letter})
