"""From which day on a replay is exact, and in words what is not: Vietnamese and English."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlmodel import Session

from alertd.errors import Said
from alertd.intake.merge import HISTORY
from alertd.model.base import table_of
from alertd.model.calendar import WorkingCalendar
from alertd.model.dataset import Dataset
from alertd.model.polls import Poll
from alertd.model.words import PollState

_p = table_of(Poll).c
_BELIEVED = (PollState.BELIEVED.value, PollState.UNCHANGED.value)

_WORDS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "before": "Trước ngày {day}, hệ thống chưa theo dõi đầy đủ: mỗi hồ sơ được lấy theo bản cũ nhất đã biết và coi là có từ sự "
        "kiện đầu tiên ghi trong hồ sơ.",
        "never": "Hệ thống chưa có lần đọc dữ liệu nào được tin cậy: mỗi hồ sơ được lấy theo bản cũ nhất đã biết.",
        "watched": "Chỉ các trường sau có lưu các bản trước ({dataset}): {fields}. Các trường khác lấy theo dữ liệu hiện nay, "
        "sự kiện nào chưa xảy ra tại thời điểm xét thì coi như chưa có.",
        "unwatched": "Không lưu các bản trước của dữ liệu “{dataset}”: mọi trường lấy theo dữ liệu hiện nay, sự kiện nào chưa xảy "
        "ra tại thời điểm xét thì coi như chưa có.",
        "people": "Người nhận, địa chỉ và tài khoản trò chuyện lấy theo danh bạ hiện nay; ai phụ trách đơn vị nào thì theo ngày "
        "ghi trong danh bạ.",
        "sources": "Coi như mọi nguồn dữ liệu đều đọc được và đáng tin cậy tại mỗi lần xét.",
        "lists": "Chưa tính thư riêng kèm danh sách, gửi khi tin nhắn trò chuyện không đủ chỗ cho cả danh sách.",
        "answers": "Coi như không ai xác nhận hoặc phản ánh cảnh báo nào.",
        "backlog": "Việc đã có đến hết ngày {day} được coi là mọi người đã biết: vẫn nêu trong bản tin, chỉ thông báo lại khi nặng "
        "hơn.",
        "derived": "Không chạy lại được các quy tắc về số liệu do hệ thống tự tổng hợp: {rules}.",
        "outlook": "Bản tin thành phố khi chạy lại không có các mục Bộ chỉ số 766, đồng bộ với Cổng, thay đổi cần giải thích, hồ "
        "sơ quá hạn trong 30 ngày qua.",
        "looks": "Mỗi ngày xét vào lúc {times}; thay đổi giữa hai lần xét được thông báo ở lần sau.",
    },
    "en": {
        "before": "Before {day} not everything was followed yet: the oldest known version of each record stands, and it exists "
        "from its own first event on.",
        "never": "No reading of a source was believed yet: the oldest known version of each record stands.",
        "watched": "Earlier versions are kept of these fields alone ({dataset}): {fields}. Every other field reads as it does "
        "today; what had not happened by the moment is left out.",
        "unwatched": "No earlier versions are kept of “{dataset}”: every field reads as it does today; what had not happened by "
        "the moment is left out.",
        "people": "People, addresses and chats are those of today; who answers for a unit follows the days in the contacts.",
        "sources": "Every source is taken as read and believed at each look.",
        "lists": "The mail that carries a list where a chat message has no room for it is not counted.",
        "answers": "Nobody acknowledges or disputes anything.",
        "backlog": "What stood by the end of {day} counts as known to everybody: it stands in digests, and is told again only when "
        "it is worse.",
        "derived": "Rules over figures that alertd works out itself cannot be replayed and are left out: {rules}.",
        "outlook": "The city digests of a replay are without the index, sync with the portal, changes to be explained and the "
        "overdue files of the last 30 days.",
        "looks": "Each day is looked at at {times}; what changes between two looks is told at the next.",
    },
}


def exact_from(
    session: Session, datasets: Collection[Dataset], calendar: WorkingCalendar, first_look: time
) -> date | None:
    """The first day on which everything that is followed was known as it was at every look; None where there is none."""
    if not datasets or any(dataset.name not in HISTORY for dataset in datasets):
        return None
    names = [dataset.name for dataset in datasets]
    begun = select(func.min(_p.started_at)).where(_p.dataset.in_(names), _p.state.in_(_BELIEVED)).group_by(_p.source)
    moments: Sequence[datetime] = session.connection().execute(begun).scalars().all()
    if not moments:
        return None
    last = calendar.local(max(moments))
    return last.date() if last.time() <= first_look else last.date() + timedelta(days=1)


def reconstructed(
    datasets: Collection[Dataset],
    exact: date | None,
    since: date,
    looks: Sequence[datetime],
    *,
    left_out: Sequence[str] = (),
    lists: bool = True,
) -> tuple[Said, ...]:
    """What is not as it was, a sentence each."""
    both = (_reconstructed(datasets, exact, since, looks, language, left_out, lists=lists) for language in ("en", "vi"))
    return tuple(Said(en, vi) for en, vi in zip(*both, strict=True))


def _reconstructed(
    datasets: Collection[Dataset],
    exact: date | None,
    since: date,
    looks: Sequence[datetime],
    language: str,
    left_out: Sequence[str],
    *,
    lists: bool,
) -> tuple[str, ...]:
    words = _WORDS[language]
    said = [words["derived"].format(rules=", ".join(left_out))] if left_out else []
    if any(dataset.name in HISTORY for dataset in datasets):
        if exact is not None and since < exact:
            said.append(words["before"].format(day=f"{exact:%d/%m/%Y}"))
        elif exact is None and all(dataset.name in HISTORY for dataset in datasets):
            said.append(words["never"])
    for dataset in datasets:
        name = dataset.vi if language == "vi" else dataset.en
        if dataset.name in HISTORY:
            labels = [_label(dataset, field, language) for field in dataset.watched if field in dataset.fields]
            said.append(words["watched"].format(dataset=name, fields=", ".join(labels)))
        else:
            said.append(words["unwatched"].format(dataset=name))
    times = ", ".join(f"{at:%H:%M}" for at in sorted({look.timetz().replace(tzinfo=None) for look in looks}))
    evening = f"{since - timedelta(days=1):%d/%m/%Y}"
    said += [words["looks"].format(times=times), words["backlog"].format(day=evening)]
    said += [] if lists else [words["lists"]]
    return (*said, words["outlook"], words["people"], words["sources"], words["answers"])


def _label(dataset: Dataset, name: str, language: str) -> str:
    field = dataset.fields[name]
    return field.vi if language == "vi" else field.en
