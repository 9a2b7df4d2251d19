"""What is not a number, as numbers: they stand behind the inputs in the order texts, categories, audio, embeddings. What is absent is NaN."""

from typing import Any, Callable, List, NamedTuple, Optional, Sequence

from ._descriptors import AUDIO, DIMENSIONS, TEXT, category_code, describe_audio, describe_text, project

_NAN = float("nan")


class Names(NamedTuple):
    """Names of what is logged beside the inputs."""

    texts: Sequence[str] = ()
    categories: Sequence[str] = ()
    audio: Sequence[str] = ()
    embeddings: Sequence[str] = ()


def described_names(names: Names) -> List[str]:
    """The names of the numbers, as the profile knows them behind ``input.``."""
    parts = [f"{name}.{part}" for name in names.texts for part in TEXT]
    parts += [str(name) for name in names.categories]
    parts += [f"{name}.{part}" for name in names.audio for part in AUDIO]
    return parts + [f"{name}.p{i}" for name in names.embeddings for i in range(DIMENSIONS)]


def described_values(names: Names, texts: Any, categories: Any, audio: Any, embeddings: Any) -> List[float]:
    """The numbers, in the order of the names. A sound is (rate_hz, samples)."""
    return [
        *_each(names.texts, texts, len(TEXT), describe_text),
        *_each(names.categories, categories, 1, _category),
        *_each(names.audio, audio, len(AUDIO), _sound),
        *_each(names.embeddings, embeddings, DIMENSIONS, project),
    ]


def _category(name: str) -> List[float]:
    return [float(category_code(name))]


def _sound(sound: Any) -> List[float]:
    rate_hz, samples = sound
    to_list: Optional[Callable[[], Any]] = getattr(samples, "tolist", None)
    return describe_audio([float(value) for value in (to_list() if to_list is not None else samples)], rate_hz)


def _each(names: Sequence[str], values: Any, count: int, of: Callable[[Any], List[float]]) -> List[float]:
    numbers: List[float] = []
    for i in range(len(names)):
        value = values[i] if i < len(values) else None
        numbers += [_NAN] * count if value is None else of(value)
    return numbers
