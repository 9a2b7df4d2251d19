"""A small classifier that learns by keeping samples, and the trial that says whether what it learned is worse than before.

The same rules as in packages/stats/src/knn, where each formula and its source stand; both are held to packages/stats/golden/knn.json.
"""

import math
from array import array
from operator import mul, sub
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from ._values import pack_floats

METRICS = ("euclidean", "manhattan", "cosine")
K_MAX, SAMPLES_MAX, FEATURES_MAX, CLASSES_MAX = 100, 500, 4096, 1000
_FEATURE_MAX = 1.000001e30  # of the float32: every distance stays within one
_COSINE_ZERO = 1e-12
_EQUAL_SHARES = 1e-12
_NAN = float("nan")
_INFINITE = float("inf")

Vector = Tuple[float, ...]


class Settings(NamedTuple):
    k: int = 5
    distance_metric: str = "euclidean"
    max_samples: int = 100
    weight_by_distance: bool = True
    confidence_threshold: float = 0.6
    outlier_threshold: float = 3.0


class Sample(NamedTuple):
    features: Vector
    norm: float
    label: int
    reference: Optional[int]
    """Of the inference that was labelled; None where the app gave the sample itself."""
    at_ms: float


class Prediction(NamedTuple):
    label: int
    """The class; -1 while there is no sample."""
    confidence: float
    probabilities: List[float]
    novelty: float
    """Distance to the nearest sample over what is usual; NaN of fewer than two samples."""
    suspect: bool
    reference: int
    """The number of this inference, for ``log.inference(reference=...)``: a label that comes later names it."""


def _plain_product(a: Sequence[float], b: Sequence[float]) -> float:
    product: float = sum(map(mul, a, b))
    return product


_dot: Callable[[Sequence[float], Sequence[float]], float] = getattr(math, "sumprod", _plain_product)


def sample_of(features: Vector, label: int, reference: Optional[int], at_ms: float) -> Sample:
    return Sample(features, math.sqrt(_dot(features, features)), label, reference, at_ms)


def distances_from(metric: str, features: Vector, samples: Sequence[Sample]) -> List[float]:
    if metric == "euclidean":
        dist = math.dist
        return [dist(features, sample.features) for sample in samples]
    if metric == "manhattan":
        return [sum(map(abs, map(sub, features, sample.features))) for sample in samples]
    norm = math.sqrt(_dot(features, features))
    return [_cosine(features, norm, sample) for sample in samples]


def _cosine(features: Vector, norm: float, sample: Sample) -> float:
    if norm == 0 or sample.norm == 0:
        return 1.0
    distance = 1 - _dot(features, sample.features) / (norm * sample.norm)
    return 0.0 if distance < _COSINE_ZERO else min(2.0, distance)


def nearest_of(distances: Sequence[float], k: int) -> List[int]:
    """Nearest first, compared as float32; of equals the newest."""
    keys = array("f", distances).tolist()
    return sorted(range(len(keys) - 1, -1, -1), key=keys.__getitem__)[:k]


class Gaps:
    """The distances between all samples. A table is not changed once it was given away: ``without`` makes another."""

    def __init__(self, rows: Optional[List["array[float]"]] = None) -> None:
        self._rows: List["array[float]"] = rows or []
        self._typical: Optional[float] = None

    @staticmethod
    def of(samples: Sequence[Sample], metric: str) -> "Gaps":
        gaps = Gaps()
        for i in range(len(samples)):
            gaps.add(samples[: i + 1], metric)
        return gaps

    def without(self, place: int) -> "Gaps":
        kept = [row[:] for i, row in enumerate(self._rows) if i != place]
        if 0 <= place < len(self._rows):
            for row in kept:
                row.pop(place)
        return Gaps(kept)

    def add(self, samples: Sequence[Sample], metric: str) -> None:
        """The last of the samples is new."""
        gaps = distances_from(metric, samples[-1].features, samples[:-1])
        for row, gap in zip(self._rows, gaps):
            row.append(gap)
        self._rows.append(array("d", [*gaps, _INFINITE]))
        self._typical = None

    def row(self, place: int) -> "array[float]":
        return self._rows[place]

    def nearest(self, place: int, k: int) -> List[int]:
        return [other for other in nearest_of(self._rows[place], k) if other != place]

    def typical(self) -> float:
        """Median of the distances to the nearest; NaN for fewer than two samples."""
        if self._typical is None:
            least = sorted(min(row) for row in self._rows) if len(self._rows) > 1 else [_NAN]
            middle = len(least) // 2
            self._typical = least[middle] if len(least) % 2 else (least[middle - 1] + least[middle]) / 2
        return self._typical


def least_of(samples: Sequence[Sample], gaps: Gaps, k: int) -> int:
    """The place of the sample that matters least; one of a largest class."""
    counts: Dict[int, int] = {}
    for sample in samples:
        counts[sample.label] = counts.get(sample.label, 0) + 1
    most = max(counts.values())
    places = [i for i, sample in enumerate(samples) if counts[sample.label] == most]
    contradicted = [i for i in places if _is_contradicted(samples, gaps, i, k)]
    return min(contradicted or places, key=lambda i: (_redundancy(samples, gaps, i), i))


def _is_contradicted(samples: Sequence[Sample], gaps: Gaps, place: int, k: int) -> bool:
    nearest = gaps.nearest(place, k)
    return 2 * sum(1 for i in nearest if i > place and samples[i].label != samples[place].label) > len(nearest)


def _redundancy(samples: Sequence[Sample], gaps: Gaps, place: int) -> float:
    label = samples[place].label
    row = gaps.row(place)
    same = [row[i] for i, sample in enumerate(samples) if sample.label == label and i != place]
    return array("f", [min(same)])[0] if same else _INFINITE


class Knn:
    """A head as it is at one moment; learning makes another."""

    def __init__(self, settings: Settings, samples: Sequence[Sample] = (), gaps: Optional[Gaps] = None) -> None:
        self.settings = settings
        self.samples: List[Sample] = list(samples)
        self._gaps = gaps

    @property
    def gaps(self) -> Gaps:
        """Made when it is first asked for: a head that only votes needs none."""
        if self._gaps is None:
            self._gaps = Gaps.of(self.samples, self.settings.distance_metric)
        return self._gaps

    def plus(self, sample: Sample, replaces: int = -1) -> Tuple["Knn", int]:
        """Another head with the sample, and how many had to go."""
        samples = [one for i, one in enumerate(self.samples) if i != replaces] + [sample]
        gaps = self.gaps.without(replaces)
        gaps.add(samples, self.settings.distance_metric)
        return _fitted(self.settings, samples, gaps)

    def fitted(self) -> "Knn":
        """No more samples than the settings allow."""
        return self if len(self.samples) <= self.settings.max_samples else _fitted(self.settings, self.samples, self.gaps)[0]

    def predict(self, features: Vector, classes: int, reference: int = 0) -> Prediction:
        label, shares, nearest = self._vote(features, classes)
        confidence = max(shares, default=0.0)
        novelty = self._novelty(nearest)
        suspect = confidence < self.settings.confidence_threshold or novelty > self.settings.outlier_threshold
        return Prediction(label, confidence, shares, novelty, suspect, reference)

    def label_of(self, features: Vector, classes: int) -> int:
        return self._vote(features, classes)[0]

    def _vote(self, features: Vector, classes: int) -> Tuple[int, List[float], float]:
        distances = distances_from(self.settings.distance_metric, features, self.samples)
        places = nearest_of(distances, self.settings.k)
        shares = self._shares(places, distances, classes)
        best = max(shares, default=0.0)
        label = -1 if best == 0 else next(i for i, share in enumerate(shares) if share >= best - _EQUAL_SHARES)
        return label, shares, distances[places[0]] if places else _NAN

    def _shares(self, places: Sequence[int], distances: Sequence[float], classes: int) -> List[float]:
        shares, total = [0.0] * classes, 0.0
        weighted = self.settings.weight_by_distance
        same = weighted and bool(places) and distances[places[0]] == 0
        for i in places:
            weight = float(distances[i] == 0) if same else 1 / distances[i] if weighted else 1.0
            shares[self.samples[i].label] += weight
            total += weight
        return [share / total for share in shares] if total else shares

    def _novelty(self, nearest: float) -> float:
        if len(self.samples) < 2:
            return _NAN
        typical = self.gaps.typical()
        return nearest / typical if typical > 0 else 0.0 if nearest == 0 else _INFINITE


def _fitted(settings: Settings, samples: List[Sample], gaps: Gaps) -> Tuple[Knn, int]:
    condensed = 0
    while len(samples) > settings.max_samples:
        least = least_of(samples, gaps, settings.k)
        samples, gaps = samples[:least] + samples[least + 1 :], gaps.without(least)
        condensed += 1
    return Knn(settings, samples, gaps), condensed


WINDOW = 50
_LOOK_EVERY = 10
_P_VALUE_MAX = 0.01
_WORSE = _P_VALUE_MAX / (WINDOW / _LOOK_EVERY)
_CHANCE = 0.05
_NEWEST = 25
_DOUBTS_MAX = 2


class Trial(NamedTuple):
    outcomes: str = ""
    """One digit a truth, oldest first: both wrong, the snapshot alone right, the head alone right, both right."""
    truths: int = 0
    doubts: int = 0
    """Looks in a row at which the labels seemed to have nothing to do with the features."""
    right_before: Optional[int] = None

    def after(self, head_right: bool, snapshot_right: bool) -> "Trial":
        outcomes = self.outcomes + "0123"[2 * head_right + snapshot_right]
        return self._replace(outcomes=outcomes[-WINDOW:], truths=self.truths + 1)

    @property
    def head_right(self) -> int:
        return self.outcomes.count("2") + self.outcomes.count("3")


def judge(trial: Trial, head: Knn) -> Tuple[Trial, str]:
    """``goes on``, ``stood``, ``worse`` or ``unlearnable``."""
    if trial.truths % _LOOK_EVERY != 0:
        return trial, "goes on"
    snapshot_alone, head_alone = trial.outcomes.count("1"), trial.outcomes.count("2")
    if binomial_tail(snapshot_alone, snapshot_alone + head_alone, 0.5) < _WORSE:
        return trial, "worse"
    if len(trial.outcomes) < WINDOW:
        return trial, "goes on"
    trial = trial._replace(doubts=trial.doubts + 1 if _is_unlearnable(trial, head) else 0)
    if trial.doubts >= _DOUBTS_MAX:
        return trial, "unlearnable"
    return trial, "stood" if trial.doubts == 0 and head_alone >= snapshot_alone else "goes on"


def _is_unlearnable(trial: Trial, head: Knn) -> bool:
    if trial.right_before is None or fisher_greater(WINDOW - trial.right_before, WINDOW - trial.head_right) >= _P_VALUE_MAX:
        return False
    newest = head.samples[-_NEWEST:]
    gaps = Gaps.of(newest, head.settings.distance_metric)
    right = sum(1 for i, one in enumerate(newest) if newest[(gaps.nearest(i, 1) or [i])[0]].label == one.label)
    labels = [one.label for one in newest]
    pairs = len(labels) * (len(labels) - 1)
    same = sum(labels.count(label) - 1 for label in labels)
    return binomial_tail(right, len(labels), same / pairs if pairs else 1.0) > _CHANCE


def binomial_tail(hits: int, n: int, chance: float) -> float:
    """P(X >= hits)."""
    return min(1.0, math.fsum(math.comb(n, x) * chance**x * (1 - chance) ** (n - x) for x in range(hits, n + 1)))


def fisher_greater(wrong_before: int, wrong_now: int) -> float:
    """The chance of so many wrong ones or more in this window, were it like the one before."""
    wrong = wrong_before + wrong_now
    ways = sum(math.comb(wrong, x) * math.comb(2 * WINDOW - wrong, WINDOW - x) for x in range(wrong_now, min(wrong, WINDOW) + 1))
    return ways / math.comb(2 * WINDOW, WINDOW)


class Lessons(NamedTuple):
    knn: Knn
    held: Optional[Knn]
    """The snapshot that the head is held against."""
    trial: Trial


class Lesson(NamedTuple):
    after: Lessons
    verdict: str
    snapshot_right: Optional[bool]
    condensed: int


def learn_truth(before: Lessons, sample: Sample, classes: int) -> Lesson:
    """Both predict it, the head learns it, and where that did it harm it is the snapshot again. A corrected truth is no new evidence."""
    knn, held, trial = before
    same = [i for i, one in enumerate(knn.samples) if sample.reference is not None and (one.reference, one.at_ms) == (sample.reference, sample.at_ms)]
    learned, condensed = knn.plus(sample, same[0] if same else -1)
    if held is None or same:
        return Lesson(Lessons(learned, held, trial), "goes on", None, condensed)
    snapshot_right = held.label_of(sample.features, classes) == sample.label
    trial = trial.after(knn.label_of(sample.features, classes) == sample.label, snapshot_right)
    trial, verdict = judge(trial, learned)
    if verdict in ("worse", "unlearnable"):
        return Lesson(Lessons(held, held, Trial(right_before=trial.right_before)), verdict, snapshot_right, condensed)
    return Lesson(Lessons(learned, held, trial), verdict, snapshot_right, condensed)


def refused(what: str, saw: Any, expected: str) -> ValueError:
    return ValueError("%s: saw %s, expected %s" % (what, saw, expected))


def read_features(given: Any, length: int) -> Vector:
    """The vector as float32, of ``length`` numbers (any number of them where that is 0)."""
    packed = array("f")
    try:
        packed.frombytes(pack_floats(given))
    except (TypeError, ValueError) as error:
        raise refused("A vector of features was refused, nothing was changed", error, "numbers") from error
    if not packed or len(packed) > FEATURES_MAX or (length and len(packed) != length):
        expected = "%d" % length if length else "1 to %d" % FEATURES_MAX
        raise refused("A vector of features was refused, nothing was changed", "%d numbers" % len(packed), expected)
    for place, value in enumerate(packed):
        if not abs(value) <= _FEATURE_MAX:
            raise refused("A vector of features was refused, nothing was changed", "%r at place %d" % (value, place), "numbers between -1e30 and 1e30")
    return tuple(packed)


def is_label(value: Any, classes: int) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value // 1 and 0 <= value < min(classes, CLASSES_MAX)
