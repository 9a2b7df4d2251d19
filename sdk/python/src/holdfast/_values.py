"""From what a model takes and gives to the bytes of a record, without importing any of the libraries that made it."""

import struct
import sys
from array import array
from typing import Any, Dict, Optional, Sequence, Tuple, cast

VALUES_MAX = 65535
_LITTLE = sys.byteorder == "little"
_packers: Dict[int, struct.Struct] = {}


def pack_floats(values: Any) -> bytes:
    """Little-endian float32 of a list, a tuple, an array or anything with a buffer or ``tolist`` (numpy, torch, pandas)."""
    kind: object = values.__class__
    if kind is list or kind is tuple:
        return _pack(values)
    if kind is array and values.typecode == "f" and _LITTLE:
        return bytes(values.tobytes())
    packed = _pack_buffer(values)
    if packed is not None:
        return packed
    to_list = getattr(values, "tolist", None)
    found: Any = to_list() if to_list is not None else list(values)
    return _pack(_flat(found))


def _pack_buffer(values: Any) -> Optional[bytes]:
    """A float32 buffer is copied as it is; of another one, or of none, there is another way."""
    try:
        view = memoryview(values)
    except TypeError:
        return None
    if view.format == "f" and _LITTLE:
        return view.tobytes()
    if view.ndim == 1 and view.format in ("d", "b", "B", "h", "H", "i", "I", "l", "L", "q", "Q"):
        return _pack(view.tolist())
    return None


def _pack(values: Sequence[Any]) -> bytes:
    count = len(values)
    if count > VALUES_MAX:
        raise ValueError("saw %d values, expected up to %d" % (count, VALUES_MAX))
    packer = _packers.get(count)
    if packer is None:
        packer = struct.Struct("<%df" % count)
        if len(_packers) < 64:
            _packers[count] = packer
    try:
        return packer.pack(*values)
    except (struct.error, OverflowError, TypeError):
        return packer.pack(*[_number(value) for value in values])


def _number(value: Any) -> float:
    """None is a missing value; what is too large for a float32 is infinite, as in the other SDKs."""
    if value is None:
        return float("nan")
    number = float(value)
    try:
        struct.pack("<f", number)
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")
    return number


def _flat(found: Any) -> Sequence[Any]:
    """A row of shape (1, n) or (n, 1) is n values."""
    if not isinstance(found, (list, tuple)):
        return [found]
    row = cast("Sequence[Any]", found)
    if any(isinstance(one, (list, tuple)) for one in row):
        return [value for one in row for value in _flat(one)]
    return row


def pack_image(image: Tuple[int, int, int, Any]) -> bytes:
    """(width, height, channels, pixels): rows, then columns, then channels, one byte each."""
    width, height, channels, pixels = image
    if not (0 < width <= 65535 and 0 < height <= 65535 and channels in (1, 3)):
        raise ValueError("image: saw %r x %r x %r, expected 1 or 3 channels" % (width, height, channels))
    content = bytes(pixels)
    if len(content) != width * height * channels:
        raise ValueError("image: saw %d bytes, expected %d" % (len(content), width * height * channels))
    return struct.pack("<HHI", width, height, channels) + content
