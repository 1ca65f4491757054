"""Whether [sync] names two sources whose files can be compared. Nothing is opened."""

from collections.abc import Iterator, Mapping
from typing import Any

from alertd.errors import Said
from alertd.model.files import FILES
from alertd.settings.complaint import Complaint, did_you_mean, missing, to_write
from alertd.settings.duty_shapes import Sync


def sync_complaints(sync: Sync, sources: Any) -> Iterator[Complaint]:
    """``sources``: as they stand in the file; what is wrong with one by itself is told elsewhere."""
    if not sync.city and not sync.portal:
        return
    datasets = _datasets(sources)
    for key, name, like in (("city", sync.city, "one-stop"), ("portal", sync.portal, "portal")):
        path = ("sync", key)
        if not name:
            yield Complaint(("sync",), missing(key), to_write(f'{key} = "{like}"'))
        elif name not in datasets:
            what = Said(f"no source is named {name!r}", f"không có nguồn nào tên {name!r}")
            yield Complaint(path, what, did_you_mean(name, _of_files(datasets)))
        elif datasets[name] != FILES.name:
            what = Said(
                f"{name} brings {datasets[name]}, not files", f"{name} cung cấp {datasets[name]}, không phải hồ sơ"
            )
            yield Complaint(path, what, did_you_mean("", _of_files(datasets)))
    if sync.city and sync.city == sync.portal:
        what = Said("the same source as city", "trùng với nguồn của city")
        cure = Said(
            "name the source with the portal's copies, one of its own",
            "đề nghị ghi tên nguồn có bản sao hồ sơ của Cổng, là một nguồn riêng",
        )
        yield Complaint(("sync", "portal"), what, cure)


def _datasets(sources: Any) -> dict[str, str]:
    tables = [table for table in sources if isinstance(table, Mapping)] if isinstance(sources, list) else []
    return {table["name"]: str(table.get("dataset")) for table in tables if isinstance(table.get("name"), str)}


def _of_files(datasets: Mapping[str, str]) -> list[str]:
    return [name for name, dataset in datasets.items() if dataset == FILES.name]
