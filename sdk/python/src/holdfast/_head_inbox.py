"""What comes to a head and waits: vectors of suspect inferences, and the labels that the agent received. And the lock: one process a head."""

import json
import os
import struct
import zlib
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, cast

from ._head_files import Disk, bytes_of, floats_of, is_count, is_number, is_reference
from ._knn import FEATURES_MAX, Vector

_HEAD = struct.Struct("<II")
_FIXED = struct.Struct("<Id")
_BODY_MAX = _FIXED.size + 4 * FEATURES_MAX
_SYNC_EVERY_MS = 1000.0
_LINE_MAX = 4096
_CHUNK = 65536


class Waiting(NamedTuple):
    reference: int
    at_ms: float
    begin: int
    """Where its body begins in the file."""
    size: int


class WaitingVectors:
    """u32 bytes of the body | u32 CRC-32 of the body | body: u32 reference | f64 time | f32 x features. A torn tail is cut; a power cut takes the last second."""

    def __init__(self, path: str, max_size: int, max_age_ms: float, disk: Disk) -> None:
        self._path, self._disk = path, disk
        self._max_size, self._max_age_ms = max_size, max_age_ms
        self._synced_ms = float("-inf")
        self._waiting: List[Waiting] = []
        self._records = 0
        self._end = 0
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._index()

    def __len__(self) -> int:
        return len(self._waiting)

    def _index(self) -> None:
        self._waiting, self._records, self._end = [], 0, 0
        size = os.fstat(self._fd).st_size
        found = self._at(0)
        while found is not None:
            self._waiting.append(found)
            self._records += 1
            self._end = found.begin + found.size
            found = self._at(self._end)
        if self._end < size:
            os.ftruncate(self._fd, self._end)
        self._waiting = self._waiting[-self._max_size :]

    def _at(self, begin: int) -> Optional[Waiting]:
        head = os.pread(self._fd, _HEAD.size, begin)
        if len(head) < _HEAD.size:
            return None
        size, crc = cast("Tuple[int, int]", _HEAD.unpack(head))
        if size <= _FIXED.size or size > _BODY_MAX or size % 4:
            return None
        body = os.pread(self._fd, size, begin + _HEAD.size)
        if len(body) < size or zlib.crc32(body) != crc:
            return None
        reference, at_ms = cast("Tuple[int, float]", _FIXED.unpack_from(body))
        return Waiting(reference, at_ms, begin + _HEAD.size, size)

    def append(self, reference: int, at_ms: float, features: Vector) -> None:
        body = _FIXED.pack(reference, at_ms) + bytes_of(features)
        self._forget(at_ms)
        if self._records >= 2 * self._max_size:
            self._rewrite()
        record = _HEAD.pack(len(body), zlib.crc32(body)) + body
        self._disk.append(self._fd, record, self._end)
        self._waiting.append(Waiting(reference, at_ms, self._end + _HEAD.size, len(body)))
        del self._waiting[: -self._max_size]
        self._records += 1
        self._end += len(record)
        if abs(at_ms - self._synced_ms) >= _SYNC_EVERY_MS:
            self._disk.sync(self._fd)
            self._synced_ms = at_ms

    def _forget(self, now_ms: float) -> None:
        if self._waiting and now_ms - self._waiting[0].at_ms > self._max_age_ms:
            self._waiting = [one for one in self._waiting if now_ms - one.at_ms <= self._max_age_ms]

    def _rewrite(self) -> None:
        """Once as many are gone as may be there: the file is bounded by twice its limit."""
        kept = b"".join(os.pread(self._fd, _HEAD.size + one.size, one.begin - _HEAD.size) for one in self._waiting)
        self._disk.write(self._path, kept)
        os.close(self._fd)
        self._fd = os.open(self._path, os.O_RDWR)
        self._index()

    def find(self, reference: int, now_ms: float) -> List[Waiting]:
        self._forget(now_ms)
        return [one for one in self._waiting if one.reference == reference]

    def features_of(self, one: Waiting) -> Vector:
        return floats_of(os.pread(self._fd, one.size - _FIXED.size, one.begin + _FIXED.size))

    def close(self) -> None:
        try:
            self._disk.sync(self._fd)
        finally:
            os.close(self._fd)


class Received(NamedTuple):
    seq: int
    reference: int
    at_ms: Optional[float]
    label: float


class LabelFile:
    """JSON lines that grow, now and then replaced by a file without the older half. Each label is given once, by its growing ``seq``."""

    def __init__(self, path: Optional[str]) -> None:
        self._path = path
        self._fd: Optional[int] = None
        self._at = 0

    def read(self, after: int, most: int) -> Tuple[List[Received], int]:
        """The next labels with a seq above ``after``, and how many lines were none."""
        labels: List[Received] = []
        passed_over = 0
        fd = self._open()
        while fd is not None and len(labels) < most:
            line = self._next_line(fd)
            if line is None:
                break
            label = _label_in(line)
            if label is None:
                passed_over += 1
            elif label.seq > after:
                labels.append(label)
                after = label.seq
        return labels, passed_over

    def close(self) -> None:
        """What was read and not kept is read again."""
        if self._fd is not None:
            os.close(self._fd)
        self._fd, self._at = None, 0

    def _open(self) -> Optional[int]:
        """Held open: as long as it is, its number on the disk is not given to another file."""
        try:
            now = os.stat(self._path) if self._path else None
        except FileNotFoundError:
            now = None
        if self._fd is not None:
            mine = os.fstat(self._fd)
            if now is None or (now.st_ino, now.st_dev) != (mine.st_ino, mine.st_dev) or now.st_size < self._at:
                self.close()
        if now is not None and self._fd is None and self._path:
            self._fd = os.open(self._path, os.O_RDONLY)
        return self._fd

    def _next_line(self, fd: int) -> Optional[bytes]:
        """Empty for one that is too long to be a label; None where there is no whole one yet."""
        skipped = False
        while True:
            chunk = os.pread(fd, _CHUNK if skipped else _LINE_MAX, self._at)
            end = chunk.find(b"\n")
            if end >= 0:
                self._at += end + 1
                return b"" if skipped else chunk[:end]
            if len(chunk) < _LINE_MAX:
                return None
            skipped = True
            self._at += len(chunk)


def _no_number(name: str) -> None:
    raise ValueError("saw %s, expected a number" % name)


def _label_in(line: bytes) -> Optional[Received]:
    try:
        found: Any = json.loads(line.decode("utf-8", "replace"), parse_constant=_no_number)
    except (ValueError, RecursionError):  # Counted by the caller.
        return None
    if not isinstance(found, dict):
        return None
    value = cast("Dict[str, Any]", found)
    seq, reference, at_ms, label = (value.get(name) for name in ("seq", "reference", "at_ms", "label"))
    if not is_count(seq) or not is_reference(reference) or not (at_ms is None or is_number(at_ms)) or not is_number(label):
        return None
    return Received(cast(int, seq), cast(int, reference), cast(Optional[float], at_ms), cast(float, label))


class Lock:
    """Names its holder by pid and start time, so that the lock of a killed process is void by itself."""

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, "head.lock")
        mine = "%s.%d" % (self._path, os.getpid())
        with open(mine, "w", encoding="utf-8") as file:
            json.dump(_process(os.getpid()), file)
        try:
            self._take(folder, mine)
        finally:
            os.unlink(mine)

    def _take(self, folder: str, mine: str) -> None:
        for _ in range(3):
            try:
                os.link(mine, self._path)
                return
            except FileExistsError:
                holder = self._holder()
            if holder is not None and _process(cast(int, holder.get("pid"))) == holder:
                raise BlockingIOError("Another process (pid %s) has the head in %s open: one process opens one head" % (holder.get("pid"), folder))
            self._set_aside()
        raise BlockingIOError("Another process has the head in %s open: one process opens one head" % folder)

    def _set_aside(self) -> None:
        """Of two that try, one moves it, and the other finds nothing to move."""
        aside = "%s.void.%d" % (self._path, os.getpid())
        try:
            os.rename(self._path, aside)
            os.unlink(aside)
        except FileNotFoundError:
            pass  # Another process was faster.

    def _holder(self) -> Optional[Dict[str, Any]]:
        try:
            with open(self._path, encoding="utf-8") as file:
                found: Any = json.load(file)
        except (OSError, ValueError):  # Gone, or left half written by a power cut: nobody that lives holds it.
            return None
        return cast("Dict[str, Any]", found) if isinstance(found, dict) and isinstance(cast("Dict[str, Any]", found).get("pid"), int) else None

    def release(self) -> None:
        holder = self._holder()
        if holder is not None and holder.get("pid") == os.getpid():
            os.unlink(self._path)


def _process(pid: int) -> Optional[Dict[str, Any]]:
    """A pid alone is given again by the system; pid and start time together name one process of one boot. See proc_pid_stat(5), field 22."""
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        with open("/proc/sys/kernel/random/boot_id", encoding="utf-8") as file:
            boot_id = file.read().strip()
    except OSError:  # No such process, or no /proc.
        return None
    return None if fields[0] in "ZX" else {"pid": pid, "start_ticks": int(fields[19]), "boot_id": boot_id}
