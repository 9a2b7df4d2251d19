"""Writes descriptors.json: what the Python SDK says of texts, words, sounds, WAV files and embeddings. Run it only where a descriptor changes."""

import base64
import io
import json
import math
import pathlib
import struct
import sys
import wave

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[2] / "sdk/python/src"))
from holdfast._descriptors import category_code, describe_audio, describe_text, project  # noqa: E402

TEXTS = ["", "  ", "Hello, World 42", "Größe: 3\u00a0m\tund\nmehr", "日本語 テスト", "🙂🙂 A1", "x" * 100_001]
WORDS = ["", "red", "green", "Größe", "日本", "a longer name of a category"]


def tone(hz, count, gain=0.5):
    return [round(gain * math.sin(2 * math.pi * hz * i / 16000), 9) for i in range(count)]


SOUNDS = [tone(440, 1600), tone(3000, 700, 0.01), [0.0] * 64, [0.25], [], [a + b for a, b in zip(tone(200, 900), tone(5000, 900, 0.1))]]
VECTORS = [[1.0], [0.5, -1.5, 2.0], [round(math.sin(i * 0.37), 9) for i in range(384)], [0.0] * 4, []]

RATE = 8000
PCM, FLOATS, EXTENSIBLE = 1, 3, 0xFFFE
SUBTYPE = bytes.fromhex("000000001000800000aa00389b71")


def channels_of(count):
    """So many channels of 150 samples: tones an octave apart, all within -1 to 1."""
    return [[0.7 * math.sin(2 * math.pi * 220 * 2**channel * i / RATE) for i in range(150)] for channel in range(count)]


def stored(value, kind, bits):
    """The bytes of a sample, and what they say."""
    if kind == FLOATS:
        form = "<f" if bits == 32 else "<d"
        return struct.pack(form, value), struct.unpack(form, struct.pack(form, value))[0]
    whole = round(value * (2 ** (bits - 1) - 1))
    packed = struct.pack("B", whole + 128) if bits == 8 else whole.to_bytes(bits // 8, "little", signed=True)
    return packed, whole / 2 ** (bits - 1)


def by_hand(frames, kind, channels, bits, extensible, chunks, size):
    block = channels * bits // 8
    head = struct.pack("<HHIIHH", EXTENSIBLE if extensible else kind, channels, RATE, RATE * block, block, bits)
    if extensible:
        head += struct.pack("<HHIH", 22, bits, 0, kind) + SUBTYPE
    body = b"WAVE" + b"fmt " + struct.pack("<I", len(head)) + head + chunks + b"data" + struct.pack("<I", len(frames) if size is None else size) + frames
    return b"RIFF" + struct.pack("<I", min(len(body), 0xFFFFFFFF)) + body


def by_python(frames, channels, bits):
    """As the wave module of the standard library writes it."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(bits // 8)
        out.setframerate(RATE)
        out.writeframes(frames)
    return file.getvalue()


def wav(says, kind, channels, bits, extensible=False, chunks=b"", size=None):
    """A file, and what the SDK says of the mean of its channels."""
    sides = [[stored(value, kind, bits) for value in side] for side in channels_of(channels)]
    frames = b"".join(packed for frame in zip(*sides) for packed, _ in frame)
    mean = [sum(value for _, value in frame) / channels for frame in zip(*sides)]
    is_plain = kind == PCM and not extensible and not chunks and size is None
    file = by_python(frames, channels, bits) if is_plain else by_hand(frames, kind, channels, bits, extensible, chunks, size)
    return {"says": says, "file": base64.b64encode(file).decode(), "is": describe_audio(mean, RATE)}


WAVS = [
    wav("PCM of 8 bits", PCM, 1, 8),
    wav("PCM of 16 bits", PCM, 1, 16),
    wav("PCM of 16 bits, two channels", PCM, 2, 16),
    wav("PCM of 24 bits, three channels", PCM, 3, 24),
    wav("PCM of 32 bits", PCM, 1, 32),
    wav("floats of 32 bits", FLOATS, 1, 32),
    wav("floats of 64 bits, two channels", FLOATS, 2, 64),
    wav("PCM of 24 bits, extensible, six channels", PCM, 6, 24, extensible=True),
    wav("floats of 32 bits, extensible", FLOATS, 1, 32, extensible=True),
    wav("PCM of 16 bits behind a chunk of odd length", PCM, 1, 16, chunks=b"note\x03\x00\x00\x00abc\x00"),
    wav("PCM of 16 bits through a pipe, whose size nobody knew", PCM, 1, 16, size=0xFFFFFFFF),
]


def plain(numbers):
    return [None if math.isnan(value) else value for value in numbers]


made = {
    "about": "made by make-descriptors.py; null is no number",
    "texts": [{"text": "x * 100001" if len(text) > 1000 else text, "is": plain(describe_text(text))} for text in TEXTS],
    "words": [{"word": word, "is": category_code(word)} for word in WORDS],
    "sounds": [{"samples": sound, "rate_hz": 16000, "is": plain(describe_audio(sound, 16000))} for sound in SOUNDS],
    "wavs": WAVS,
    "embeddings": [{"embedding": vector, "is": plain(project(vector))} for vector in VECTORS],
}
(here / "descriptors.json").write_text(json.dumps(made, ensure_ascii=False) + "\n", encoding="utf-8")
