"""The log of one process: one record into shared memory a call. It never waits and never raises."""

import json
import os
import struct
import time
import weakref
import zlib
from typing import Any, Optional, Sequence, Tuple

from ._described import Names, described_names, described_values
from ._ring import HEADER_BYTES, SLOT_BYTES, SLOT_COUNT, SLOT_HEADER_BYTES, OpenRing, open_ring
from ._values import VALUES_MAX, pack_floats, pack_image

Image = Tuple[int, int, int, Any]
"""(width, height, channels, pixels)"""

# kind | flags | inputs | outputs | predicted | wall time | latency | reference
_HEAD = struct.Struct("<BBHHhdfI")
_SLOT_REST = struct.Struct("<IdIHH")
_CRC = struct.Struct("<I")
_NAN = float("nan")


class Log:
    """Made by :func:`open_log`. Exactly one process may write one ring; calls of several threads must take turns."""

    def __init__(
        self,
        ring: Optional[str] = None,
        inputs: Optional[Sequence[str]] = None,
        outputs: Optional[Sequence[str]] = None,
        slot_count: int = SLOT_COUNT,
        slot_bytes: int = SLOT_BYTES,
        described: Optional[Names] = None,
    ) -> None:
        self.logged = 0
        """Inferences written."""
        self.dropped = 0
        """Inferences that could not be written."""
        self.reason: Optional[str] = None
        """Why the last one was dropped, or why the log is closed; None where all went well."""
        self._ring: Optional[OpenRing] = None
        self._slot = 0
        self._seq = 0
        self._inputs = 0
        self._described = described or Names()
        try:
            self._open(ring or os.environ.get("HOLDFAST_RING"), inputs, outputs, slot_bytes, slot_count)
        except Exception as error:  # The promise to the app: a log that cannot be opened is a counted no-op.
            self.reason = str(error) or repr(error)

    def _open(self, path: Optional[str], inputs: Optional[Sequence[str]], outputs: Optional[Sequence[str]], slot_bytes: int, slot_count: int) -> None:
        if not path:
            self.reason = "HOLDFAST_RING is not set: the app was not started by the agent"
            return
        more = described_names(self._described)
        self._inputs = len(inputs or []) if more else -1
        if inputs is not None or outputs is not None or more:
            _write_names(path, [*(inputs or []), *more], outputs or [], self._described.categories)
        self._ring = open_ring(path, slot_bytes, slot_count)
        self._slot = self._ring.slot
        self._seq = self._ring.seq
        self._leave_in_children()

    def _leave_in_children(self) -> None:
        """A forked child shares the memory; two writers would tear each other's slots, so the child's log is closed."""
        reference = weakref.ref(self)

        def leave() -> None:
            inherited = reference()
            if inherited is not None and inherited._ring is not None:
                inherited._ring = None
                inherited.reason = "the process was forked: open a log of its own, with another ring"

        os.register_at_fork(after_in_child=leave)

    def inference(
        self,
        inputs: Any = (),
        outputs: Any = (),
        predicted: int = -1,
        latency_ms: float = _NAN,
        image: Optional[Image] = None,
        reference: Optional[int] = None,
        wall_ms: Optional[float] = None,
        texts: Sequence[Optional[str]] = (),
        categories: Sequence[Optional[str]] = (),
        audio: Sequence[Any] = (),
        embeddings: Sequence[Any] = (),
    ) -> None:
        """Logs one inference. ``predicted`` is the index of the class; ``image`` is (width, height, channels, pixels).

        ``texts``, ``categories``, ``audio`` (each (rate_hz, samples)) and ``embeddings`` are in the order of the names given to ``open_log``; they are
        described by a few numbers here, and only those are logged.
        """
        try:
            ring = self._ring
            if ring is None:
                self.dropped += 1
                return
            first = pack_floats(inputs)
            if self._inputs >= 0:
                first = self._padded(first) + pack_floats(described_values(self._described, texts, categories, audio, embeddings))
            second = pack_floats(outputs)
            if len(first) > 4 * VALUES_MAX or len(second) > 4 * VALUES_MAX:
                raise ValueError("inputs or outputs: expected up to %d values" % VALUES_MAX)
            last = b"" if image is None else pack_image(image)
            number = self._seq if reference is None else int(reference) & 0xFFFFFFFF
            time_ms = float(int(time.time() * 1000)) if wall_ms is None else wall_ms
            head = _HEAD.pack(1, 0 if image is None else 1, len(first) >> 2, len(second) >> 2, int(predicted), time_ms, latency_ms, number)
            self._put(ring, head + first + second + last)
            self.logged += 1
        except Exception as error:  # Whatever the app passed: it is counted, and the app goes on.
            self.dropped += 1
            self.reason = str(error) or repr(error)

    def _padded(self, packed: bytes) -> bytes:
        """As many inputs as there are names: what follows them must stand in its place."""
        gap = self._inputs - (len(packed) >> 2)
        if gap < 0:
            raise ValueError("inputs: saw %d values, expected %d, as there are names" % (len(packed) >> 2, self._inputs))
        return packed + pack_floats([_NAN] * gap)

    def _put(self, ring: OpenRing, payload: bytes) -> None:
        room = ring.slot_bytes - SLOT_HEADER_BYTES
        parts = (len(payload) + room - 1) // room or 1
        if parts > ring.slot_count // 8:
            raise ValueError("the record has %d bytes, the limit of this ring is %d" % (len(payload), ring.slot_count // 8 * room))
        for part in range(parts):
            self._put_slot(ring, payload if parts == 1 else payload[part * room : (part + 1) * room], part, parts)
        self._slot += parts
        self._seq = (self._seq + 1) & 0xFFFFFFFF

    def _put_slot(self, ring: OpenRing, payload: bytes, part: int, parts: int) -> None:
        """The CRC goes in last: until then the slot is not whole for the reader."""
        slot = self._slot + part
        at = HEADER_BYTES + slot % ring.slot_count * ring.slot_bytes
        rest = _SLOT_REST.pack(len(payload), slot, self._seq, part, parts) + payload
        memory = ring.memory
        memory[at + 4 : at + 4 + len(rest)] = rest
        _CRC.pack_into(memory, at, zlib.crc32(rest))

    def close(self) -> None:
        ring, self._ring = self._ring, None
        if ring is None:
            return
        self.reason = "the log is closed"
        try:
            ring.memory.close()
        except Exception as error:  # A view of it is alive somewhere; it goes with the process.
            self.reason = str(error)

    def __enter__(self) -> "Log":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def open_log(
    inputs: Optional[Sequence[str]] = None,
    outputs: Optional[Sequence[str]] = None,
    ring: Optional[str] = None,
    slot_count: int = SLOT_COUNT,
    slot_bytes: int = SLOT_BYTES,
    texts: Sequence[str] = (),
    categories: Sequence[str] = (),
    audio: Sequence[str] = (),
    embeddings: Sequence[str] = (),
) -> Log:
    """Opens the log of this process. ``ring`` is given by the agent in HOLDFAST_RING; without it the log counts and does nothing.

    The names are of the numbers that go in and out, and of the texts, categories, sounds and embeddings that are described by numbers.
    """
    return Log(ring, inputs, outputs, slot_count, slot_bytes, Names(texts, categories, audio, embeddings))


def _write_names(ring: str, inputs: Sequence[str], outputs: Sequence[str], categories: Sequence[str]) -> None:
    path = ring + ".json"
    temporary = "%s.%d.new" % (path, os.getpid())
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        names = {"v": 1, "inputs": [str(name) for name in inputs], "outputs": [str(name) for name in outputs]}
        words = [str(name) for name in categories]
        json.dump({**names, "categories": words} if words else names, file)
    os.rename(temporary, path)
