"""Secret files by their mode bits, their owner and their place: root, too, is refused what others could read."""

import os
import stat
from pathlib import Path

import pytest

from alertd.settings import secret
from alertd.settings.secret import read_secret

VALUE = "hunter2-and-more"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "token").write_text(f"{VALUE}\n", encoding="utf-8")
    (tmp_path / "token").chmod(0o600)
    return tmp_path


def refused(name: str, folder: Path) -> str:
    with pytest.raises(ValueError, match="; ") as raised:
        read_secret({"file": name}, folder)
    assert VALUE not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_of_its_owner_alone_is_read(folder: Path, mode: int) -> None:
    (folder / "token").chmod(mode)
    assert read_secret({"file": "token"}, folder).reveal() == VALUE


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o601, 0o620, 0o610, 0o644, 0o444, 0o666, 0o777])
def test_a_file_that_others_can_read_or_write_is_refused_with_the_cure(folder: Path, mode: int) -> None:
    (folder / "token").chmod(mode)
    assert refused("token", folder).endswith("chmod 600 token")


def test_the_target_of_a_link_counts_and_not_the_link(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (folder / "link").symlink_to("token")  # a link's own bits are always 777
    assert read_secret({"file": "link"}, folder).reveal() == VALUE
    (folder / "token").chmod(0o644)
    assert "chmod 600" in refused("link", folder)
    open_to_all = tmp_path_factory.mktemp("open")
    (open_to_all / "t").write_text(VALUE, encoding="utf-8")
    (open_to_all / "t").chmod(0o600)
    open_to_all.chmod(0o1777)
    (folder / "far").symlink_to(open_to_all / "t")
    assert f"chmod o-w {open_to_all}" in refused("far", folder)


def test_what_is_no_file_is_refused_and_a_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe", 0o600)
    assert "is no file" in refused("pipe", folder)
    assert "is no file" in refused("/dev/null", folder)
    (folder / "dir").mkdir(mode=0o700)
    assert "is no file" in refused("dir", folder)


def _seen(path: Path, *, uid: int, gid: int, mode: int) -> os.stat_result:
    """The file's stat as if it had another owner, whoever runs the test."""
    known = list(path.stat())
    known[stat.ST_UID], known[stat.ST_GID], known[stat.ST_MODE] = uid, gid, stat.S_IFREG | mode
    return os.stat_result(known)


STRANGER = 4_242_424


@pytest.mark.parametrize(
    ("uid", "gid", "mode", "words"),
    [
        (STRANGER, 0, 0o600, "belongs to somebody else"),
        (0, STRANGER, 0o640, "chmod 600"),  # lent to a group that is not ours
        (0, 0, 0o640, "chmod 600"),
        (0, 0, 0o444, "chmod 600"),  # a container's default
        (0, 0, 0o600, ""),
    ],
)
def test_owner_and_group_decide(folder: Path, uid: int, gid: int, mode: int, words: str) -> None:
    path = folder / "token"
    seen = _seen(path, uid=uid, gid=gid, mode=mode)
    if words:
        with pytest.raises(ValueError, match=words):
            secret._refuse_open("token", path, seen, folder)
    else:
        secret._refuse_open("token", path, seen, folder)


def test_what_systemd_hands_over_is_read_as_systemd_sets_it(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = tmp_path_factory.mktemp("credentials")
    (given / "bot").write_text(VALUE, encoding="utf-8")
    (given / "bot").chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(given))
    for name in ("$CREDENTIALS_DIRECTORY/bot", str(given / "bot")):
        assert read_secret({"file": name}, folder).reveal() == VALUE
    (given / "bot").chmod(0o444)
    assert "chmod 600" in refused("$CREDENTIALS_DIRECTORY/bot", folder)
    (folder / "token").chmod(0o440)
    assert "chmod 600" in refused("token", folder)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    assert "cannot be read" in refused("$CREDENTIALS_DIRECTORY/bot", folder)
