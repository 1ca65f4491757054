"""Files that belong together: all of them or none, and no half of one, whatever stops the writing."""

from pathlib import Path

import pytest

from alertd.cli.whole import put_whole

OLD = {"a.html": b"old page", "b.xlsx": b"old book"}
NEW = {"a.html": b"new page", "b.xlsx": b"new book"}


def test_new_files_take_the_place_of_the_old_and_nothing_else_is_left(tmp_path: Path) -> None:
    put_whole(tmp_path / "out", OLD)
    paths = put_whole(tmp_path / "out", NEW)
    assert [(path.name, path.read_bytes()) for path in paths] == list(NEW.items())
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(NEW)


def test_where_one_cannot_be_written_all_stay_as_they_were(tmp_path: Path) -> None:
    put_whole(tmp_path, OLD)
    (tmp_path / ".b.xlsx.part").mkdir()  # in the way of the second
    with pytest.raises(OSError, match=r"b\.xlsx"):
        put_whole(tmp_path, NEW)
    assert {name: (tmp_path / name).read_bytes() for name in OLD} == OLD


def test_what_a_killed_process_left_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / ".a.html.part").write_bytes(b"new pa")
    put_whole(tmp_path, NEW)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == NEW
