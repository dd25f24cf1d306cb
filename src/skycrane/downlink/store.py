"""Where files lie while they are delivered: in memory, by name. A name never becomes a path, so a sender cannot choose where to write."""

import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from cfdppy.filestore import FilestoreResult, VirtualFilestore
from spacepackets.cfdp.defs import ChecksumType

Ranges = list[tuple[int, int]]


@dataclass
class StoredFile:
    """Bytes, and which of them are there: disjoint ranges in order."""

    content: bytearray = field(default_factory=bytearray)
    there: Ranges = field(default_factory=list)

    def put(self, data: bytes, offset: int) -> None:
        """Write a segment where it belongs."""
        end = offset + len(data)
        if len(self.content) < end:
            self.content.extend(bytes(end - len(self.content)))
        self.content[offset:end] = data
        self.there = joined(self.there, (offset, end))

    @property
    def whole_from_start(self) -> int:
        """Bytes from the start without a gap."""
        return self.there[0][1] if self.there and self.there[0][0] == 0 else 0

    def missing(self, size: int) -> Ranges:
        """What is not there of a file of this size."""
        gaps, at = [], 0
        for start, end in self.there:
            if start > at:
                gaps.append((at, start))
            at = max(at, end)
        return [*gaps, (at, size)] if at < size else gaps


def joined(ranges: Ranges, new: tuple[int, int]) -> Ranges:
    """Disjoint ranges in order with one more, overlapping and touching ones made one."""
    start, end = new
    if start >= end:
        return ranges
    if ranges and ranges[-1][1] == start:  # by far the commonest: the next segment in order
        return [*ranges[:-1], (ranges[-1][0], end)]
    kept = []
    for low, high in ranges:
        if high < start or low > end:
            kept.append((low, high))
        else:
            start, end = min(low, start), max(high, end)
    return sorted([*kept, (start, end)])


class MemoryStore(VirtualFilestore):
    """The file store that the file-delivery library asks for, in memory."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.files: dict[str, StoredFile] = {}
        for name, content in (files or {}).items():
            self.files[name] = StoredFile(bytearray(content), [(0, len(content))] if content else [])

    def _file(self, path: Path) -> StoredFile:
        try:
            return self.files[path.as_posix()]
        except KeyError:
            raise FileNotFoundError(path) from None

    def read_data(self, file: Path, offset: int | None, read_len: int | None = None) -> bytes:
        start = offset or 0
        content = self._file(file).content
        return bytes(content[start : len(content) if read_len is None else start + read_len])

    def read_from_opened_file(self, bytes_io: BinaryIO, offset: int, read_len: int) -> bytes:
        bytes_io.seek(offset)
        return bytes_io.read(read_len)

    def is_directory(self, path: Path) -> bool:
        return False

    def filename_from_full_path(self, path: Path) -> str | None:
        return path.name

    def file_exists(self, path: Path) -> bool:
        return path.as_posix() in self.files

    def truncate_file(self, file: Path) -> None:
        self._file(file)
        self.files[file.as_posix()] = StoredFile()

    def file_size(self, file: Path) -> int:
        return len(self._file(file).content)

    def write_data(self, file: Path, data: bytes, offset: int | None) -> None:
        self._file(file).put(data, offset or 0)

    def create_file(self, file: Path) -> FilestoreResult:
        self.files[file.as_posix()] = StoredFile()
        return FilestoreResult.CREATE_SUCCESS

    def delete_file(self, file: Path) -> FilestoreResult:
        return self._refuse()

    def rename_file(self, _old_file: Path, _new_file: Path) -> FilestoreResult:
        return self._refuse()

    def replace_file(self, _replaced_file: Path, _source_file: Path) -> FilestoreResult:
        return self._refuse()

    def create_directory(self, _dir_name: Path) -> FilestoreResult:
        return self._refuse()

    def remove_directory(self, _dir_name: Path, recursive: bool = False) -> FilestoreResult:
        return self._refuse()

    def list_directory(self, _dir_name: Path, _file_name: Path, _recursive: bool = False) -> FilestoreResult:
        return self._refuse()

    def calculate_checksum(
        self, checksum_type: ChecksumType, file_path: Path, size_to_verify: int, segment_len: int = 4096
    ) -> bytes:
        """CRC-32, the only sum that is used here."""
        if checksum_type != ChecksumType.CRC_32:
            raise ValueError(f"checksum {checksum_type!r} is not used here")
        return zlib.crc32(memoryview(self._file(file_path).content)[:size_to_verify]).to_bytes(4, "big")

    @staticmethod
    def _refuse() -> Any:
        return FilestoreResult.NOT_PERFORMED
