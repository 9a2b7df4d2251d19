"""Writes descriptors.json: what the Python SDK says of texts, words, sounds and embeddings. Run it only where a descriptor changes."""

import json
import math
import pathlib
import sys

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[2] / "sdk/python/src"))
from holdfast._descriptors import category_code, describe_audio, describe_text, project  # noqa: E402

TEXTS = ["", "  ", "Hello, World 42", "Größe: 3\u00a0m\tund\nmehr", "日本語 テスト", "🙂🙂 A1", "x" * 100_001]
WORDS = ["", "red", "green", "Größe", "日本", "a longer name of a category"]


def tone(hz, count, gain=0.5):
    return [round(gain * math.sin(2 * math.pi * hz * i / 16000), 9) for i in range(count)]


SOUNDS = [tone(440, 1600), tone(3000, 700, 0.01), [0.0] * 64, [0.25], [], [a + b for a, b in zip(tone(200, 900), tone(5000, 900, 0.1))]]
VECTORS = [[1.0], [0.5, -1.5, 2.0], [round(math.sin(i * 0.37), 9) for i in range(384)], [0.0] * 4, []]


def plain(numbers):
    return [None if math.isnan(value) else value for value in numbers]


made = {
    "about": "made by make-descriptors.py; null is no number",
    "texts": [{"text": "x * 100001" if len(text) > 1000 else text, "is": plain(describe_text(text))} for text in TEXTS],
    "words": [{"word": word, "is": category_code(word)} for word in WORDS],
    "sounds": [{"samples": sound, "rate_hz": 16000, "is": plain(describe_audio(sound, 16000))} for sound in SOUNDS],
    "embeddings": [{"embedding": vector, "is": plain(project(vector))} for vector in VECTORS],
}
(here / "descriptors.json").write_text(json.dumps(made, ensure_ascii=False) + "\n", encoding="utf-8")
