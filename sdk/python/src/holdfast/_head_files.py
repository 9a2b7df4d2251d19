"""The files of a head: written whole or not at all, known by their CRC, the same as the TypeScript SDK writes them (packages/agent/src/sdk)."""

import base64
import json
import os
import re
import struct
import sys
import zlib
from array import array
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple, cast

from ._knn import SAMPLES_MAX, Sample, Trial, Vector, refused, sample_of

BYTES_MAX = 50_000_000
_NUMBERS = 2**32
_REFERENCES, _UNRESERVED = 4096, 64
_NOTE_MAX = 200
_BAD_MAX = 10
_SNAPSHOT = re.compile(r"^s\d{10}\.json$")


class Disk:
    """The few writes that a head makes, so that a test can cut the power at each of them."""

    def write(self, path: str, content: bytes) -> None:
        """Temporary name, fsync, rename, fsync of the folder."""
        temporary = path + ".new"
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        folder = os.open(os.path.dirname(path), os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def remove(self, path: str) -> None:
        os.unlink(path)

    def append(self, fd: int, content: bytes, at: int) -> None:
        written = os.pwrite(fd, content, at)
        if written != len(content):
            os.ftruncate(fd, at)
            raise OSError("the disk took %d of %d bytes" % (written, len(content)))

    def sync(self, fd: int) -> None:
        os.fsync(fd)


def sealed(value: Any) -> bytes:
    text = json.dumps(value, separators=(",", ":")).encode("utf-8")
    return b"%08x %s\n" % (zlib.crc32(text), text)


def read_sealed(path: str) -> Tuple[bool, Any]:
    """Whether there is a file, and what it holds: None where that is not what was written."""
    try:
        if os.path.getsize(path) > BYTES_MAX:
            return True, None
        with open(path, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        return False, None
    except IsADirectoryError:
        return True, None
    body = content[9:-1]
    if content[8:9] != b" " or content[-1:] != b"\n" or content[:8] != b"%08x" % zlib.crc32(body):
        return True, None
    try:
        return True, json.loads(body)
    except (ValueError, RecursionError):  # Whole, and no JSON: not written by a head.
        return True, None


def set_aside(path: str) -> str:
    os.replace(path, path + ".bad")
    return path + ".bad"


def floats_of(content: bytes) -> Vector:
    floats = array("f")
    floats.frombytes(content)
    if sys.byteorder == "big":
        floats.byteswap()
    return tuple(floats)


def bytes_of(features: Vector) -> bytes:
    return struct.pack("<%df" % len(features), *features)


def is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def is_reference(value: Any) -> bool:
    return is_count(value) and value < _NUMBERS


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def samples_out(samples: List[Sample]) -> List[Dict[str, Any]]:
    return [
        {"label": one.label, "reference": one.reference, "at_ms": one.at_ms, "features": base64.b64encode(bytes_of(one.features)).decode("ascii")}
        for one in samples
    ]


def samples_in(found: Any, length: int) -> Optional[List[Sample]]:
    """None where a record is no sample."""
    records: List[Any] = cast(Any, found) if isinstance(found, list) else [None]
    if len(records) > SAMPLES_MAX:
        return None
    samples: List[Sample] = []
    for record in records:
        sample = _sample_in(record, length)
        if sample is None:
            return None
        samples.append(sample)
    return samples


def _sample_in(record: Any, length: int) -> Optional[Sample]:
    if not isinstance(record, dict):
        return None
    known = cast("Dict[str, Any]", record)
    label, reference, at_ms, text = (known.get(name) for name in ("label", "reference", "at_ms", "features"))
    if not is_count(label) or not is_number(at_ms) or not isinstance(text, str) or not (reference is None or is_reference(reference)):
        return None
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:  # binascii.Error: no base64.
        return None
    return sample_of(floats_of(content), cast(int, label), cast(Optional[int], reference), float(cast(float, at_ms))) if len(content) == 4 * length else None


class State(NamedTuple):
    """What a head remembers: samples, the label up to which it has taken them, and its trial, in one file that is written at once."""

    features: int = 0
    seq: int = 0
    generation: int = 0
    unknown: int = 0
    samples: List[Sample] = []
    held: Optional[str] = None
    due: bool = False
    trial: Trial = Trial()
    accuracy: Dict[str, Dict[str, int]] = {}
    device: Optional[str] = None
    """Whose labels these are: they are numbered for each device."""

    def on(self, device: Optional[str]) -> "State":
        """A device that joined anew has another name, and its labels are numbered from 1 again."""
        if not device or device == self.device:
            return self
        return self._replace(device=device, seq=self.seq if self.device is None else 0)

    def out(self) -> Dict[str, Any]:
        return {"v": 1, **self._asdict(), "samples": samples_out(self.samples), "trial": self.trial._asdict()}


def state_in(found: Any) -> Optional[State]:
    if not isinstance(found, dict):
        return None
    value = cast("Dict[str, Any]", found)
    counts = [value.get(name) for name in ("features", "seq", "generation", "unknown")]
    held, due, accuracy, device = value.get("held"), value.get("due"), value.get("accuracy"), value.get("device")
    if value.get("v") != 1 or not all(map(is_count, counts)) or not isinstance(due, bool) or not (held is None or isinstance(held, str)):
        return None
    if not (device is None or isinstance(device, str)):
        return None
    samples, trial, shares = samples_in(value.get("samples"), cast(int, counts[0])), _trial_in(value.get("trial")), _accuracy_in(accuracy)
    if samples is None or trial is None or shares is None:
        return None
    features, seq, generation, unknown = cast("List[int]", counts)
    return State(features, seq, generation, unknown, samples, held, due, trial, shares, device)


def _accuracy_in(found: Any) -> Optional[Dict[str, Dict[str, int]]]:
    if not isinstance(found, dict):
        return None
    shares = cast("Dict[str, Any]", found)
    for one in shares.values():
        if not isinstance(one, dict) or not all(is_count(cast("Dict[str, Any]", one).get(name)) for name in ("right", "truths")):
            return None
    return shares


def _trial_in(found: Any) -> Optional[Trial]:
    if not isinstance(found, dict):
        return None
    value = cast("Dict[str, Any]", found)
    outcomes, right_before = value.get("outcomes"), value.get("right_before")
    truths, doubts = value.get("truths"), value.get("doubts")
    if not isinstance(outcomes, str) or not re.match("^[0-3]{0,50}$", outcomes) or not is_count(truths) or not is_count(doubts):
        return None
    return Trial(outcomes, cast(int, truths), cast(int, doubts), cast(Optional[int], right_before)) if right_before is None or is_count(right_before) else None


class Snapshot(NamedTuple):
    id: str
    at_ms: float
    note: str
    samples: int
    accuracy: Optional[Dict[str, int]]
    """``right`` of ``truths`` that came later while the head was held against it; None where none came."""


class Stored(NamedTuple):
    at_ms: float
    note: str
    generation: int
    seq: int
    features: int
    samples: List[Sample]


def snapshot_id(generation: int) -> str:
    return "s%010d" % generation


class Snapshots:
    """One file each, named by the generation of its state: made twice, it is the same. The oldest go first, never the one that the head is held against."""

    def __init__(self, folder: str, disk: Disk, most: int) -> None:
        self._folder = os.path.join(folder, "snapshots")
        self._disk, self._most = disk, most
        self.facts: List[Snapshot] = []
        self.set_aside: List[str] = []
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        names = sorted(os.listdir(self._folder))
        for name in filter(_SNAPSHOT.match, names):
            stored = self._read(name[:-5])
            if stored is None:
                self.set_aside.append(set_aside(os.path.join(self._folder, name)))
            else:
                self.facts.append(_facts(stored))
        for name in [one for one in names if one.endswith(".bad")][:-_BAD_MAX]:
            disk.remove(os.path.join(self._folder, name))

    def has(self, id: Optional[str]) -> bool:
        return any(one.id == id for one in self.facts)

    def _path(self, id: str) -> str:
        return os.path.join(self._folder, id + ".json")

    def _read(self, id: str) -> Optional[Stored]:
        _, found = read_sealed(self._path(id))
        if not isinstance(found, dict):
            return None
        value = cast("Dict[str, Any]", found)
        at_ms, note, counts = value.get("at_ms"), value.get("note"), [value.get(name) for name in ("generation", "seq", "features")]
        if value.get("v") != 1 or not is_number(at_ms) or not isinstance(note, str) or not all(map(is_count, counts)):
            return None
        generation, seq, features = cast("List[int]", counts)
        samples = samples_in(value.get("samples"), features)
        if samples is None or snapshot_id(generation) != id:
            return None
        return Stored(float(cast(float, at_ms)), note, generation, seq, features, samples)

    def load(self, id: str) -> Stored:
        stored = self._read(id) if self.has(id) else None
        if stored is None:
            raise refused("There is no such snapshot", id, ", ".join(one.id for one in self.facts) or "none: there is no snapshot yet")
        return stored

    def save(self, stored: Stored, held: Optional[str]) -> str:
        id = snapshot_id(stored.generation)
        stored = stored._replace(note=stored.note[:_NOTE_MAX])
        self._disk.write(self._path(id), sealed({"v": 1, "id": id, **stored._asdict(), "samples": samples_out(stored.samples)}))
        self.facts = [one for one in self.facts if one.id != id] + [_facts(stored)]
        while len(self.facts) > self._most:
            oldest = next((one for one in self.facts if one.id not in (id, held)), None)
            if oldest is None:
                break
            self._disk.remove(self._path(oldest.id))
            self.facts.remove(oldest)
        return id


def _facts(stored: Stored) -> Snapshot:
    return Snapshot(snapshot_id(stored.generation), stored.at_ms, stored.note, len(stored.samples), None)


class References:
    """The numbers of inferences, unique for long: a block is reserved on disk before the first of it is given."""

    def __init__(self, path: str, disk: Disk, now_ms: float, on_error: Callable[[OSError], None]) -> None:
        self._path, self._disk, self._on_error = path, disk, on_error
        self._left = 0
        _, found = read_sealed(path)
        kept = cast("Dict[str, Any]", found).get("next") if isinstance(found, dict) else None
        self._next = cast(int, kept) if is_reference(kept) else int(now_ms) % _NUMBERS

    def next(self) -> int:
        if self._left == 0:
            self._reserve()
        given = self._next
        self._next = (given + 1) % _NUMBERS
        self._left -= 1
        return given

    def _reserve(self) -> None:
        """Where the disk refuses, the app has its answer all the same; it is tried anew soon."""
        try:
            self._disk.write(self._path, sealed({"next": (self._next + _REFERENCES) % _NUMBERS}))
            self._left = _REFERENCES
        except OSError as error:
            self._on_error(error)
            self._left = _UNRESERVED
