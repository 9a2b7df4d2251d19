"""What a text, a sound, a word or an embedding looks like, in a few numbers: the rest never leaves the process.

The same numbers as in packages/stats/src/descriptors, where each formula and its source stand; both are held to packages/stats/golden/descriptors.json.
"""

import cmath
import math
import re
from typing import Any, Dict, List, Sequence, Tuple

TEXT = ("characters", "words", "non_ascii", "digits", "upper")
AUDIO = ("level_db", "centroid_hz", "zero_crossings")
DIMENSIONS = 8
_TEXT_MAX = 100_000
_SPECTRUM_MAX = 1_024
_NAN = float("nan")
_MASK = 0xFFFFFFFF
_WORD = re.compile("[^\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")


def describe_text(text: str) -> List[float]:
    read = text[:_TEXT_MAX]
    count = len(read)
    kinds = (
        sum(letter > "\x7f" for letter in read),
        sum("0" <= letter <= "9" for letter in read),
        sum("A" <= letter <= "Z" for letter in read),
    )
    return [float(len(text)), float(len(_WORD.findall(read))), *(kind / count if count else _NAN for kind in kinds)]


def category_code(name: str) -> int:
    code = 0x811C9DC5
    for byte in name.encode("utf-8"):
        code = ((code ^ byte) * 0x01000193) & _MASK
    return (code >> 24) ^ (code & 0xFFFFFF)


def describe_audio(samples: Sequence[float], rate_hz: float) -> List[float]:
    squares = math.fsum(value * value for value in samples) if all(map(math.isfinite, samples)) else _NAN
    if not samples or not math.isfinite(squares):
        return [_NAN] * len(AUDIO)
    crossings = sum((before < 0) != (after < 0) for before, after in zip(samples, samples[1:]))
    level = max(-120.0, 10 * math.log10(squares / len(samples))) if squares > 0 else -120.0
    return [level, _centroid(samples, rate_hz) if squares > 0 else _NAN, crossings / max(1, len(samples) - 1)]


def _centroid(samples: Sequence[float], rate_hz: float) -> float:
    count = 1 << (min(len(samples), _SPECTRUM_MAX).bit_length() - 1)
    hann = [complex(samples[i] * (0.5 - 0.5 * math.cos(2 * math.pi * i / count))) for i in range(count)]
    sizes = [abs(value) for value in _transform(hann)[: count // 2 + 1]]
    total = math.fsum(sizes)
    return math.fsum(i * rate_hz / count * size for i, size in enumerate(sizes)) / total if total else _NAN


def _transform(values: List[complex]) -> List[complex]:
    """The discrete Fourier transform of a power of two."""
    count = len(values)
    if count == 1:
        return values
    even, odd = _transform(values[::2]), _transform(values[1::2])
    turned = [cmath.exp(-2j * math.pi * i / count) * odd[i] for i in range(count // 2)]
    return [even[i] + turned[i] for i in range(count // 2)] + [even[i] - turned[i] for i in range(count // 2)]


def _hash(i: int, j: int) -> int:
    h = (i * DIMENSIONS + j + 0x9E3779B9) & _MASK
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & _MASK
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & _MASK
    return h ^ (h >> 16)


def project(embedding: Any) -> List[float]:
    """Eight sparse random projections; an embedding is a list, or anything with ``tolist``."""
    to_list = getattr(embedding, "tolist", None)
    values: List[float] = [float(value) for value in (to_list() if to_list is not None else embedding)]
    if not values or not all(map(math.isfinite, values)):
        return [_NAN] * DIMENSIONS
    rows = _rows(len(values))
    scale = math.sqrt(3 / DIMENSIONS)
    return [scale * (sum(values[i] for i in plus) - sum(values[i] for i in minus)) for plus, minus in rows]


_kept: Dict[int, List[Tuple[List[int], List[int]]]] = {}


def _rows(length: int) -> List[Tuple[List[int], List[int]]]:
    """Where each projection has +1 and where -1; kept for the last length."""
    found = _kept.get(length)
    if found is None:
        sixths = [[_hash(i, j) % 6 for i in range(length)] for j in range(DIMENSIONS)]
        found = [([i for i, sixth in enumerate(row) if sixth == 0], [i for i, sixth in enumerate(row) if sixth == 1]) for row in sixths]
        _kept.clear()
        _kept[length] = found
    return found
