"""Files of tests → cases, or every fault in them at once. A test that would test nothing is a fault, never a pass."""

from collections.abc import Sequence
from pathlib import Path

from alertd.cases.case import Case
from alertd.cases.read import Around, read_file
from alertd.cases.shape import TESTS
from alertd.errors import Fault, Said
from alertd.rules.yaml_text import read_yaml

FOLDER = "tests"  # beside the rules
_SUFFIX = ".yaml"


def files_in(folder: Path) -> tuple[list[Path], list[Fault]]:
    """The files of tests beside the rules of a folder; those that look like some, and are not read, are warned of."""
    tests = folder / FOLDER
    try:
        paths = sorted(path for path in tests.iterdir() if not path.name.startswith("."))
    except FileNotFoundError:
        return [], []
    except OSError as error:
        why = str(error.strerror)
        what = Said(f"cannot be read ({why})", f"không đọc được ({why})")
        return [], [
            Fault(str(tests), 0, 0, what, Said("check its owner and mode", "kiểm tra chủ sở hữu và quyền của thư mục"))
        ]
    faults = [
        Fault(
            str(path),
            0,
            0,
            Said(f"is not read: tests end in {_SUFFIX}", f"không được đọc: tệp kiểm thử phải có đuôi {_SUFFIX}"),
            Said(f"name it {path.stem}{_SUFFIX}", f"đổi tên thành {path.stem}{_SUFFIX}"),
            warning=True,
        )
        for path in paths
        if path.suffix.lower() in (".yml", _SUFFIX) and path.suffix != _SUFFIX
    ]
    return [path for path in paths if path.suffix == _SUFFIX], faults


def load_cases(paths: Sequence[Path], around: Around) -> tuple[list[Case], list[Fault]]:
    """The cases of all files that have no fault, in the order in which they are written, and the faults of the others."""
    cases: list[Case] = []
    faults: list[Fault] = []
    for path in paths:
        document, found = read_yaml(path, TESTS)
        if document is not None:
            read, more = read_file(document, around)
            found = [*found, *more]
            cases += read
        faults += found
    return cases, sorted(faults)


def faults_in(folder: Path, around: Around) -> list[Fault]:
    """What is wrong with the tests beside the rules of a folder; none of them is run."""
    paths, faults = files_in(folder)
    return [*faults, *load_cases(paths, around)[1]]
