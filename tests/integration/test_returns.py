"""Reports of mail servers on both databases: what becomes of the notice, the address and the office; a mailbox and a folder."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from alertd.channels.return_box import FolderBox, ImapBox, return_box
from alertd.channels.returned import read_returned
from alertd.errors import CannotRun, SourceFailed
from alertd.model.alerts import Trouble
from alertd.model.base import table_of
from alertd.model.message import Message, mail_mark
from alertd.model.notices import Attempt, Notice, ReturnedMail, notices_table
from alertd.model.people import AddressDown
from alertd.model.reach import Way
from alertd.model.words import ChannelName
from alertd.notices.returns import Took, collect
from alertd.settings.secret import Secret
from alertd.settings.shapes import Bounces, Email
from alertd.store.database import Store
from tests.imap_server import LOGIN, ImapServer
from tests.notice_city import at
from tests.reports import plain, report

NOW = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)
CHAT = Way(ChannelName.TELEGRAM, "5")


def put(store: Store, *, channel: str = "email", address: str = "an@hanoi.example", **given: Any) -> int:
    """A notice with an attempt by that way."""
    basic: dict[str, Any] = {"kind": "alert", "recipient": "An", "person": "an", "unit": "H26.1", "state": "sent"}
    basic |= {"channel": channel, "address": address, "created_at": NOW, "sent_at": NOW, "subject": "s", "text": "t"}
    with store.write() as session:
        made = Notice(**(basic | given))
        session.add(made)
        session.flush()
        number = made.id or 0
        row = {"notice_id": number, "number": 1, "channel": channel, "address": address, "started_at": NOW}
        row |= {"ended_at": NOW, "result": "accepted", "detail": "", "server_id": ""}
        session.connection().execute(insert(table_of(Attempt)), [row])
    return number


def mark(number: int, text: str = "t") -> str:
    return mail_mark(number, Message("s", text))


def notice(store: Store, number: int) -> Any:
    with store.read() as session:
        return session.connection().execute(select(notices_table).where(notices_table.c.id == number)).one()


def rows(store: Store, model: Any) -> list[Any]:
    with store.read() as session:
        return list(session.connection().execute(select(table_of(model))))


def run(store: Store, box: Any, *ways: Way, language: str = "vi") -> dict[Took, int]:
    done = collect(store, box, read=read_returned, ways={"an": ways}, at=at(NOW), language=language)
    return dict(done.counts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "bounces"
    made.mkdir()
    return made


def drop(folder: Path, *mails: bytes) -> FolderBox:
    for number, mail in enumerate(mails):
        (folder / f"{number}.eml").write_bytes(mail)
    return FolderBox(folder)


# --- what becomes of it ----------------------------------------------------------------------------------------------
def test_what_came_back_for_good_goes_by_the_next_channel_and_the_office_hears_once(store: Store, folder: Path) -> None:
    number, second = put(store), put(store, text="t2")
    assert run(store, drop(folder, report(mark(number))), CHAT) == {Took.BOUNCED: 1}
    found = notice(store, number)
    assert (found.state, found.reason, found.channel, found.address) == ("retry", "bounced", "telegram", "5")
    assert (found.bounced_at, found.sent_at, found.confirmed_at) == (NOW, None, None)
    assert found.bounce.startswith("550 5.1.1")
    assert found.text == "t"
    (down,) = rows(store, AddressDown)
    assert (down.channel, down.address) == ("email", "an@hanoi.example")
    run(store, drop(folder, report(mark(second, "t2"), id="2")), CHAT)
    (trouble,) = rows(store, Trouble)
    assert trouble.what.startswith("An (H26.1): thư gửi đến an@hanoi.example bị trả lại (550 5.1.1")
    assert f"thông báo số {number} được gửi lại qua Telegram" in trouble.what
    assert notice(store, second).channel == "telegram"


def test_where_there_is_no_other_way_the_office_has_to_see_to_it(store: Store, folder: Path) -> None:
    number = put(store)
    assert run(store, drop(folder, report(mark(number))), Way(ChannelName.EMAIL, "an@hanoi.example"), language="en")
    assert (notice(store, number).state, notice(store, number).reason) == ("dead", "bounced")
    assert "has no other way to go" in rows(store, Trouble)[0].what


def test_another_channel_comes_before_another_address_and_none_that_is_out_of_use(store: Store, folder: Path) -> None:
    number = put(store, other_ways='[["email", "an2@hanoi.example"]]')
    with store.write() as session:
        session.add(AddressDown(channel="telegram", address="5", since=NOW))
    run(store, drop(folder, report(mark(number))), Way(ChannelName.EMAIL, "an@hanoi.example"), CHAT)
    assert (notice(store, number).channel, notice(store, number).address) == ("email", "an2@hanoi.example")


def test_a_delay_is_noted_and_changes_nothing(store: Store, folder: Path) -> None:
    number = put(store)
    assert run(store, drop(folder, report(mark(number), action="delayed", status="4.4.1")), CHAT) == {Took.NOTED: 1}
    assert (notice(store, number).state, notice(store, number).bounced_at) == ("sent", None)
    assert (rows(store, AddressDown), rows(store, Trouble)) == ([], [])
    (mail,) = rows(store, ReturnedMail)
    assert (mail.kind, mail.notice_id) == ("delayed", number)


@pytest.mark.parametrize(
    "given",
    [{"confirmed_at": NOW}, {"channel": "telegram", "address": "5"}, {"state": "withdrawn"}, {"state": "sending"}],
)
def test_what_was_confirmed_or_went_on_otherwise_is_not_sent_again(
    store: Store, folder: Path, given: dict[str, Any]
) -> None:
    number = put(store)
    with store.write() as session:
        session.connection().execute(notices_table.update().values(given))
    run(store, drop(folder, report(mark(number))), CHAT)
    found = notice(store, number)
    assert found.state == given.get("state", "sent")
    assert found.bounced_at == NOW
    assert len(rows(store, AddressDown)) == 1


# --- what is not to be believed --------------------------------------------------------------------------------------
def test_only_a_mail_that_went_out_from_here_can_come_back(store: Store, folder: Path) -> None:
    """Forged for a notice never sent; of another site, whose text is another; of a notice that never went by mail; guessed."""
    number, chat = put(store), put(store, channel="telegram", address="5")
    forged = [mark(number + 100), mark(number, "another text"), mark(chat), f"notice.{number}.{'0' * 16}"]
    forged.append("notice.999999999999999999.0123456789abcdef")
    box = drop(folder, *[report(each, id=str(place)) for place, each in enumerate(forged)])
    assert run(store, box, CHAT) == {Took.STRANGE: 5}
    assert (notice(store, number).state, rows(store, AddressDown)) == ("sent", [])
    assert sorted(path.name for path in (folder / "other").iterdir()) == [f"{place}.eml" for place in range(5)]
    (trouble,) = rows(store, Trouble)  # one line a day, however many
    assert "không liên quan" in trouble.what
    assert trouble.until == trouble.since


def test_answers_spam_and_broken_mails_change_nothing_and_are_kept(store: Store, folder: Path) -> None:
    number = put(store)
    away = plain(mark(number), "{mark} away", From="an@hanoi.example", Auto_Submitted="auto-replied")
    mails = [
        away,
        plain("x", "Buy!", From="spam@x.example"),
        b"\x00\xff" * 99,
        report(mark(number), action="?", status=""),
    ]
    assert run(store, drop(folder, *mails), CHAT) == {Took.NOTED: 1, Took.STRANGE: 3}
    assert notice(store, number).state == "sent"
    assert [path.name for path in (folder / "done").iterdir()] == ["0.eml"]
    assert len(list((folder / "other").iterdir())) == 3


# --- each once -------------------------------------------------------------------------------------------------------
def test_the_same_mail_twice_is_handled_once_and_both_files_are_put_away(store: Store, folder: Path) -> None:
    number = put(store)
    raw = report(mark(number))
    assert run(store, drop(folder, raw, raw), CHAT) == {Took.BOUNCED: 1, Took.BEFORE: 1}
    (folder / "0.eml").write_bytes(raw)  # as after a crash between the store and the folder
    assert run(store, FolderBox(folder), CHAT) == {Took.BEFORE: 1}
    assert sorted(path.name for path in (folder / "done").iterdir()) == ["0.eml", "0.eml.1", "1.eml"]


def test_what_is_no_whole_file_of_the_folder_is_left_alone(store: Store, folder: Path) -> None:
    (folder / ".hidden").write_bytes(b"x")
    (folder / "a.eml.part").write_bytes(b"x")
    (folder / "empty.eml").write_bytes(b"")
    (folder / "link.eml").symlink_to("/etc/hostname")
    (folder / "sub").mkdir()
    assert run(store, FolderBox(folder)) == {}
    assert len(list(folder.iterdir())) == 5


def test_a_folder_that_is_not_there_is_said_once_and_again_when_it_is_well(store: Store, folder: Path) -> None:
    gone = FolderBox(folder / "none")
    for _ in range(2):
        with pytest.raises(SourceFailed, match="create it"):
            run(store, gone)
    (trouble,) = rows(store, Trouble)
    assert trouble.until is None
    run(store, FolderBox(folder))
    assert rows(store, Trouble)[0].until == NOW
    with pytest.raises(CannotRun, match="create it"):
        gone.probe()


# --- a mailbox -------------------------------------------------------------------------------------------------------
def mailbox(server: ImapServer, **given: Any) -> ImapBox:
    settings: dict[str, Any] = {"host": "127.0.0.1", "port": server.port, "security": "none", "username": LOGIN[0]}
    settings |= {"password": Secret("env:X", LOGIN[1])} | given
    return ImapBox(Email(bounces=Bounces(**settings)), Path())


@pytest.mark.parametrize("plainly", [True, False])
def test_a_mailbox_is_read_once_and_what_was_handled_is_flagged_as_seen(store: Store, plainly: bool) -> None:
    number = put(store)
    with ImapServer(plain=plainly) as server:
        server.put(report(mark(number)))
        server.put(plain("x", "Buy!", From="spam@x.example"))
        assert run(store, mailbox(server), CHAT) == {Took.BOUNCED: 1, Took.STRANGE: 1}
        assert [mail.flags for mail in server.mails] == [{"\\Seen"}, set()]
        assert run(store, mailbox(server), CHAT) == {}
        server.put(report(mark(number), id="2", status="4.2.2", action="delayed"))
        server.mails[2].flags.add("\\Seen")  # a person has looked: it counts all the same
        assert run(store, mailbox(server), CHAT) == {Took.NOTED: 1}
    assert notice(store, number).channel == "telegram"


def test_a_mailbox_that_was_made_anew_is_read_anew_and_known_mails_are_known(store: Store) -> None:
    number = put(store)
    with ImapServer() as server:
        server.put(report(mark(number)))
        run(store, mailbox(server), CHAT)
        server.validity = 2
        server.put(plain("x", "Buy!"))
        assert run(store, mailbox(server), CHAT) == {Took.BEFORE: 1, Took.STRANGE: 1}


def test_of_a_mail_without_end_the_beginning_is_fetched(store: Store) -> None:
    number = put(store)
    with ImapServer() as server:
        server.put(report(mark(number)) + b"x" * 3_000_000)
        assert run(store, mailbox(server), CHAT) == {Took.BOUNCED: 1}


def test_a_mailbox_that_takes_no_flags_loses_nothing(store: Store) -> None:
    number = put(store)
    with ImapServer() as server:
        server.put(report(mark(number)))
        server.refuse_store = True
        with pytest.raises(SourceFailed, match="STORE"):
            run(store, mailbox(server), CHAT)
        assert notice(store, number).reason == "bounced"
        assert run(store, mailbox(server), CHAT) == {}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"password": Secret("env:X", "wr0ng")}, "invalid credentials"),
        ({"mailbox": "Reports"}, "no such mailbox"),
        ({"security": "starttls"}, "TLS"),
        ({"port": 1}, "refused"),
    ],
)
def test_a_mailbox_that_does_not_open_says_why_and_no_secret(store: Store, given: dict[str, Any], said: str) -> None:
    with ImapServer() as server:
        box = mailbox(server, **given)
        with pytest.raises(CannotRun, match=said) as caught:
            box.probe()
        assert "wr0ng" not in str(caught.value)
        assert "check [email.bounces]" in str(caught.value)
        with pytest.raises(SourceFailed):
            run(store, box)
    assert len(rows(store, Trouble)) == 1


def test_a_look_into_a_mailbox_marks_nothing() -> None:
    with ImapServer() as server:
        server.put(b"Subject: x\n\nx")
        assert mailbox(server).probe() == f"127.0.0.1:{server.port}: mailbox INBOX is open (1)"
        assert server.mails[0].flags == set()


def test_what_is_not_set_up_is_not_read(folder: Path) -> None:
    assert return_box(Email(), folder) is None
    assert isinstance(return_box(Email(bounces=Bounces(folder=Path("b"))), folder), FolderBox)
    assert isinstance(return_box(Email(bounces=Bounces(host="h")), folder), ImapBox)


def test_reports_of_a_day_are_noted_again_on_the_next(store: Store, folder: Path) -> None:
    run(store, drop(folder, plain("x", "Buy!")))
    run(store, drop(folder, plain("x", "Buy more!")))
    assert len(rows(store, Trouble)) == 1
    tomorrow = at(NOW + timedelta(days=1))
    box = drop(folder, plain("x", "Buy again!"))
    collect(store, box, read=read_returned, ways={}, at=tomorrow, language="vi")
    assert len(rows(store, Trouble)) == 2
