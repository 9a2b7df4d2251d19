"""The ring file of version 1, as its one writer opens it: a ring of the same shape is continued, any other is replaced.

The bytes are those of the TypeScript SDK; both are held to packages/protocol/golden/ring-v1.json.
"""

import errno
import mmap
import os
import struct
import time
import zlib
from typing import NamedTuple, Optional, Tuple

MAGIC = b"HFRING01"
HEADER_BYTES = 64
SLOT_HEADER_BYTES = 24
SLOT_BYTES = 256
SLOT_COUNT = 8192

HEADER = struct.Struct("<8sIId")
# crc32 | used | slot number | record seq | part | parts
SLOT = struct.Struct("<IIdIHH")
_ZEROS = bytes(65536)


class OpenRing(NamedTuple):
    memory: mmap.mmap
    slot_bytes: int
    slot_count: int
    # Number of the next slot, and seq of the next record.
    slot: int
    seq: int


def open_ring(path: str, slot_bytes: int, slot_count: int) -> OpenRing:
    """Opens or makes the ring. Raises OSError or ValueError; the caller turns it into a reason."""
    if not (64 <= slot_bytes <= 65536 and 16 <= slot_count <= 1 << 20):
        raise ValueError("slot_bytes and slot_count: saw %d and %d, expected 64..65536 and 16..1048576" % (slot_bytes, slot_count))
    return _continue(path, slot_bytes, slot_count) or _make(path, slot_bytes, slot_count)


def _continue(path: str, slot_bytes: int, slot_count: int) -> Optional[OpenRing]:
    try:
        file = os.open(path, os.O_RDWR)
    except OSError:
        return None  # No ring that can be continued; making one tells why, where it fails too.
    try:
        size = HEADER_BYTES + slot_bytes * slot_count
        head = os.pread(file, HEADER_BYTES, 0)
        if len(head) != HEADER_BYTES or os.fstat(file).st_size != size or HEADER.unpack_from(head)[:3] != (MAGIC, slot_bytes, slot_count):
            return None
        memory = _map(file, size)
    finally:
        os.close(file)
    slot, seq = _find_end(memory, slot_bytes, slot_count)
    return OpenRing(memory, slot_bytes, slot_count, slot, seq)


def _make(path: str, slot_bytes: int, slot_count: int) -> OpenRing:
    """Written aside and renamed, so that a reader sees all of it or nothing."""
    if os.path.lexists(path) and not os.path.isfile(path):
        raise ValueError("%s is no file, and is not replaced by a ring" % path)
    temporary = "%s.%d.new" % (path, os.getpid())
    size = HEADER_BYTES + slot_bytes * slot_count
    file = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(file, HEADER.pack(MAGIC, slot_bytes, slot_count, float(int(time.time() * 1000))).ljust(HEADER_BYTES, b"\0"))
        os.ftruncate(file, size)
        memory = _map(file, size)
        os.rename(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    finally:
        os.close(file)
    return OpenRing(memory, slot_bytes, slot_count, 0, 0)


def _map(file: int, size: int) -> mmap.mmap:
    """Every page is allocated first: a page that a full disk cannot give would end the process with SIGBUS at the first write."""
    try:
        os.posix_fallocate(file, 0, size)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EOPNOTSUPP):
            raise
        _allocate_by_writing(file, size)
    return mmap.mmap(file, size)


def _allocate_by_writing(file: int, size: int) -> None:
    """For a file system without fallocate: each block is written back as it was."""
    at = 0
    while at < size:
        block = os.pread(file, min(len(_ZEROS), size - at), at)
        at += os.pwrite(file, block, at)


def _find_end(memory: mmap.mmap, slot_bytes: int, slot_count: int) -> Tuple[int, int]:
    """The place after the newest whole slot. One that its writer left torn is not whole, so it is written again."""
    slot, seq = 0, 0
    for at in range(HEADER_BYTES, HEADER_BYTES + slot_bytes * slot_count, slot_bytes):
        crc, used, number, record, _part, _parts = SLOT.unpack_from(memory, at)
        if used > slot_bytes - SLOT_HEADER_BYTES or number + 1 <= slot:
            continue
        if zlib.crc32(memory[at + 4 : at + SLOT_HEADER_BYTES + used]) == crc:
            slot, seq = int(number) + 1, (record + 1) & 0xFFFFFFFF
    return slot, seq
