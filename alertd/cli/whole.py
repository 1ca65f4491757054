"""Files that belong together are put in a folder whole: whatever happens meanwhile, each is the old one or the new one."""

import os
from collections.abc import Mapping
from pathlib import Path

_PART = ".part"  # ends the name of one that is not whole yet; a later run writes it anew


def put_whole(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """``files``: by name, all of them made already; no name is changed before all are on the disk. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in files]
    parts = [path.with_name(f".{path.name}{_PART}") for path in paths]
    try:
        for part, content in zip(parts, files.values(), strict=True):
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for part, path in zip(parts, paths, strict=True):
            part.replace(path)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
    return paths
