"""What goes wrong while notices are written, for the office to hear once: nobody to tell, a template that cannot be used."""

from dataclasses import dataclass, field

from sqlmodel import Session

from alertd.model.asof import AsOf
from alertd.notices.filters import number
from alertd.notices.letter import Letter
from alertd.notices.templates import TemplateFailed
from alertd.notices.writer import Desk
from alertd.store import troubles

NOBODY = "office:unreachable"
_NOBODY = {
    "vi": "Không liên hệ được với ai, kể cả Văn phòng: {count} cảnh báo đang chờ gửi; đề nghị kiểm tra contacts.csv và các kênh",
    "en": "Nobody can be reached, not even the office: {count} alerts wait to be told; check contacts.csv and the channels",
}
_FAILED = {
    "vi": "Mẫu {name} không dùng được ({where}: {what}); đã gửi theo mẫu của hệ thống (lần đầu: {unit})",
    "en": "The template {name} cannot be used ({where}: {what}); the shipped text went out (first for: {unit})",
}


def nobody(session: Session, desk: Desk, unheard: int, at: AsOf) -> None:
    """Alerts of which not even the office can hear stay due; the trouble is seen in `status` and `doctor`. A site in rehearsal
    that has no way out yet is not in trouble: it is being set up, and `status` says what waits for a channel."""
    if unheard and not (desk.rehearsal and desk.mute):
        language = desk.settings.site.language
        said = _NOBODY[language].format(count=number(unheard, language=language))
        troubles.tell(session, [(NOBODY, said)], now=at.now)
    else:
        troubles.over(session, [NOBODY], now=at.now)


@dataclass
class Failures:
    """The templates that failed in one run, each with the first unit for which it did."""

    desk: Desk
    found: dict[str, tuple[TemplateFailed, str]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def add(self, failed: TemplateFailed | None, letter: Letter) -> None:
        names = {section.template for section in letter.sections}
        messages = {f"messages/{letter.kind}", "messages/letter"}
        self.used |= {f"{letter.language}/{name}" for name in names | messages} | {"frame"}
        if failed is not None:
            self.found.setdefault(failed.name, (failed, letter.unit))

    def tell(self, session: Session, at: AsOf) -> None:
        """One trouble a template; those that did their work again are over."""
        language = self.desk.settings.site.language
        lines = []
        for name, (failed, unit) in sorted(self.found.items()):
            where = f"{failed.file}:{failed.line}" if failed.line else failed.file
            said = _FAILED[language].format(name=name, where=where, what=failed.what, unit=unit)
            lines.append((f"template:{name}", said))
        troubles.tell(session, lines, now=at.now)
        well = sorted(self.used - self.found.keys()) if not self.found else []
        troubles.over(session, [f"template:{name}" for name in well], now=at.now)
