"""What can be wrong with [sync] of config.toml, in both languages."""

from pathlib import Path

import pytest

from alertd.errors import in_language
from alertd.settings.load import load_settings
from tests.unit.test_settings_faults import GOOD, faults, write

READ = 'kind = "http"\nurl = "https://x.example/"\n[sources.fields]\ncode = "Ma"\n'
TWO = f'{GOOD}[[sources]]\nname = "portal"\ndataset = "files"\n{READ}'
OTHER = f'{GOOD}[[sources]]\nname = "ours"\ndataset = "procedures"\n{READ}'


@pytest.mark.parametrize(
    ("text", "en", "vi"),
    [
        (
            TWO + '[sync]\ncity = "one-stop"\n',
            'sync: portal is missing; write portal = "portal"',
            'sync: thiếu portal; đề nghị viết portal = "portal"',
        ),
        (
            TWO + '[sync]\ncity = "one-stop"\nportal = "portall"\n',
            "sync.portal: no source is named 'portall'; did you mean 'portal'?",
            "sync.portal: không có nguồn nào tên 'portall'; có phải là 'portal'?",
        ),
        (
            OTHER + '[sync]\ncity = "one-stop"\nportal = "ours"\n',
            "sync.portal: ours brings procedures, not files; one of one-stop",
            "sync.portal: ours cung cấp procedures, không phải hồ sơ; dùng được: one-stop",
        ),
        (
            TWO + '[sync]\ncity = "portal"\nportal = "portal"\n',
            "sync.portal: the same source as city; name the source with the portal's copies, one of its own",
            "sync.portal: trùng với nguồn của city; đề nghị ghi tên nguồn có bản sao hồ sơ của Cổng, là một nguồn riêng",
        ),
    ],
)
def test_what_cannot_be_compared_is_told_with_its_cure(tmp_path: Path, text: str, en: str, vi: str) -> None:
    (found,) = faults(tmp_path, text)
    assert f"{found.what}; {found.cure}" == en
    assert f"{in_language(found.what, 'vi')}; {in_language(found.cure, 'vi')}" == vi
    assert found.line > len(GOOD.splitlines())


def test_two_sources_of_files_are_compared_and_without_a_word_nothing_is(tmp_path: Path) -> None:
    named = load_settings(write(tmp_path, TWO + '[sync]\ncity = "one-stop"\nportal = "portal"\nsince = 2026-10-01\n'))
    assert (named.sync.city, named.sync.portal) == ("one-stop", "portal")
    assert load_settings(write(tmp_path, TWO)).sync.city == ""
