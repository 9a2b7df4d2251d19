"""The head of one app: a small classifier on the app's own features that learns from true labels on the device, can be undone, and survives power cuts.

The label up to which it has learned stands in the same atomic write as its samples: each label is learned exactly once, whenever the power goes.
"""

import math
import operator
import os
import time
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, SupportsIndex, Tuple, Union

from ._head_files import Disk, References, Snapshot, Snapshots, State, Stored, read_sealed, sealed, set_aside, snapshot_id, state_in
from ._head_inbox import LabelFile, Lock, Received, WaitingVectors
from ._knn import CLASSES_MAX, K_MAX, METRICS, SAMPLES_MAX, Knn, Lessons, Prediction, Sample, Settings, Trial, Vector
from ._knn import is_label, learn_truth, read_features, refused, sample_of

_BATCH_MAX = 500
_APART_MS_MAX = 600_000.0
_DAY_S = 86_400.0
_QUARANTINE: Dict[str, float] = {"max_size": 1000, "max_age_s": 30 * _DAY_S, "confidence_threshold": 0.6, "outlier_threshold": 3.0}


class Change(NamedTuple):
    """What happened to the head, told when it is on disk."""

    kind: str
    """``learned``, ``condensed`` or ``rolled_back``."""
    samples: int
    labels: int = 0
    gone: int = 0
    snapshot: Optional[str] = None
    why: Optional[str] = None
    """Of a way back: ``worse``, ``unlearnable`` or ``asked``."""


class Taken(NamedTuple):
    learned: int
    unknown: int
    """Labels whose vector is gone."""
    passed_over: int
    """Lines that were no labels, or of no class."""


class _Draft:
    """What is being learned, until it is stored."""

    def __init__(self, state: State, knn: Knn, held: Optional[Knn]) -> None:
        self.state, self.knn, self.held = state, knn, held
        self.changes: List[Change] = []
        self.learned = 0
        self.gone = 0


def _now_ms() -> float:
    return float(int(time.time() * 1000))


class Head:
    """Made by :func:`open_head`. Exactly one process may have a head open; calls of several threads must take turns."""

    def __init__(
        self,
        folder: str,
        settings: Settings,
        classes: int,
        waiting: Optional[Tuple[int, float]],
        max_snapshots: int,
        labels: Optional[str],
        on_change: Optional[Callable[[Change], None]],
        disk: Optional[Disk] = None,
        now_ms: Callable[[], float] = _now_ms,
    ) -> None:
        self.dropped = 0
        """What the disk refused while an answer was given (a vector that was to wait, numbers to be reserved)."""
        self.reason: Optional[str] = None
        """Why, the last time."""
        self.set_aside: List[str] = []
        """Files that were torn or of somebody else, where they stand now."""
        self._folder, self._settings, self._said_classes = folder, settings, classes
        self._disk, self._now_ms, self._on_change = disk or Disk(), now_ms, on_change
        self._path = os.path.join(folder, "head.json")
        self._lock: Optional[Lock] = None
        self._pid = os.getpid()
        os.makedirs(folder, mode=0o700, exist_ok=True)
        lock = Lock(folder)
        try:
            self._snapshots = Snapshots(folder, self._disk, max_snapshots)
            self.set_aside += self._snapshots.set_aside
            self._state = self._read_state().on(os.environ.get("HOLDFAST_DEVICE"))
            self._held = self._held_of(self._state)
            self._knn = Knn(settings, self._state.samples).fitted()
            if 0 < classes < _classes_of(self._state.samples):
                raise refused("The head cannot be opened", "%d classes" % classes, "at least %d, as it has learned" % _classes_of(self._state.samples))
            self._references = References(os.path.join(folder, "references.json"), self._disk, now_ms(), self._drop)
            self._labels = LabelFile(labels)
            self._waiting = WaitingVectors(os.path.join(folder, "waiting.log"), waiting[0], waiting[1], self._disk) if waiting else None
        except BaseException:
            lock.release()
            raise
        self._lock = lock

    def _read_state(self) -> State:
        """A file that cannot be believed is set aside, and the newest good snapshot is the head."""
        there, found = read_sealed(self._path)
        state = state_in(found)
        if state is not None:
            return state if state.held is None or self._snapshots.has(state.held) else state._replace(held=None, due=False)
        if there:
            self.set_aside.append(set_aside(self._path))
        if not self._snapshots.facts:
            return State()
        newest = self._snapshots.load(self._snapshots.facts[-1].id)
        return State(newest.features, newest.seq, newest.generation, samples=newest.samples, held=snapshot_id(newest.generation))

    def _held_of(self, state: State) -> Optional[Knn]:
        return None if state.held is None else Knn(self._settings, self._snapshots.load(state.held).samples).fitted()

    @property
    def samples(self) -> int:
        return len(self._knn.samples)

    @property
    def waiting(self) -> int:
        """Vectors that wait for a label."""
        return 0 if self._waiting is None else len(self._waiting)

    @property
    def unknown(self) -> int:
        """Labels so far whose vector was gone."""
        return self._state.unknown

    def _classes(self, knn: Knn, label: int = -1) -> int:
        held = self._held.samples if self._held else []
        return self._said_classes or max(_classes_of(knn.samples), _classes_of(held), label + 1)

    def classify(self, features: Any) -> Prediction:
        """``features`` is a list, or anything that ``log.inference`` takes as inputs."""
        self._must_be_open()
        vector = read_features(features, self._state.features)
        prediction = self._knn.predict(vector, self._classes(self._knn), self._references.next())
        if prediction.suspect and self._waiting is not None:
            try:
                self._waiting.append(prediction.reference, self._now_ms(), vector)
            except OSError as error:  # The answer of the head does not depend on the disk.
                self._drop(error)
        return prediction

    def _drop(self, error: OSError) -> None:
        self.dropped += 1
        self.reason = str(error)

    def learn(self, features: Any, label: SupportsIndex) -> None:
        """``label`` is the number of a class: an int, or one of numpy."""
        self._must_be_open()
        vector = read_features(features, self._state.features)
        classes = self._said_classes or CLASSES_MAX
        number = _whole(label)
        if not is_label(number, classes):
            raise refused("A label was refused, nothing was changed", repr(label), "a whole number from 0 to %d" % (classes - 1))
        draft = self._draft()
        if self._state.held is None or self._state.due:
            self._before_batch(draft)
        self._learn_into(draft, sample_of(vector, number, None, self._now_ms()))
        self._store(draft)

    def take_labels(self) -> Taken:
        """Learns the labels that the agent has received since the last time. Cheap where there are none."""
        self._must_be_open()
        learned = unknown = passed_over = 0
        try:
            while True:
                labels, lines = self._labels.read(self._state.seq, _BATCH_MAX)
                passed_over += lines
                if not labels:
                    return Taken(learned, unknown, passed_over)
                taken = self._take_batch(labels)
                learned, unknown, passed_over = learned + taken.learned, unknown + taken.unknown, passed_over + taken.passed_over
        except BaseException:
            self._labels.close()  # What was not stored is read again the next time.
            raise

    def _take_batch(self, labels: Sequence[Received]) -> Taken:
        draft = self._draft()
        unknown = passed_over = 0
        for label in labels:
            if not is_label(label.label, self._said_classes or CLASSES_MAX):
                passed_over += 1
                continue
            sample = self._sample_for(label, draft)
            if sample is None:
                unknown += 1
                continue
            if draft.learned == 0:
                self._before_batch(draft)
            self._learn_into(draft, sample)
        draft.state = draft.state._replace(seq=labels[-1].seq, unknown=self._state.unknown + unknown)
        self._store(draft)
        return Taken(draft.learned, unknown, passed_over)

    def _sample_for(self, label: Received, draft: _Draft) -> Optional[Sample]:
        """The vector of the inference: the one nearest in time where the label says a time and one is near, else the newest."""
        found = [(sample.at_ms, sample.features) for sample in draft.knn.samples if sample.reference == label.reference]
        if self._waiting is not None:
            found += [(one.at_ms, self._waiting.features_of(one)) for one in self._waiting.find(label.reference, self._now_ms())]
        chosen = _choose(found, label.at_ms)
        if chosen is None or (draft.state.features and len(chosen[1]) != draft.state.features):
            return None
        return sample_of(chosen[1], int(label.label), label.reference, chosen[0])

    def _draft(self) -> _Draft:
        return _Draft(self._state, self._knn, self._held)

    def _before_batch(self, draft: _Draft) -> None:
        """An empty head is not worth a snapshot. Made once more after a kill, it is the same one."""
        if not draft.knn.samples:
            return
        id = self._save_snapshot("before labels were learned")
        if draft.state.held is None or draft.state.due:
            self._hold_against(draft, id)

    def _save_snapshot(self, note: str) -> str:
        state = self._state
        stored = Stored(self._now_ms(), note, state.generation, state.seq, state.features, self._knn.samples)
        return self._snapshots.save(stored, state.held)

    def _hold_against(self, draft: _Draft, held: str) -> None:
        trial = draft.state.trial
        before = trial.head_right if draft.state.due else trial.right_before
        draft.held = draft.knn
        draft.state = draft.state._replace(held=held, due=False, trial=Trial(right_before=before))

    def _learn_into(self, draft: _Draft, sample: Sample) -> None:
        lesson = learn_truth(Lessons(draft.knn, draft.held, draft.state.trial), sample, self._classes(draft.knn, sample.label))
        draft.learned += 1
        draft.gone += lesson.condensed
        draft.knn = lesson.after.knn
        undone = lesson.verdict in ("worse", "unlearnable")
        held = draft.state.held
        accuracy = draft.state.accuracy
        if lesson.snapshot_right is not None and held is not None:
            before = accuracy.get(held, {"right": 0, "truths": 0})
            accuracy = {**accuracy, held: {"right": before["right"] + lesson.snapshot_right, "truths": before["truths"] + 1}}
        due = not undone and (draft.state.due or lesson.verdict == "stood")
        draft.state = draft.state._replace(features=len(sample.features), trial=lesson.after.trial, accuracy=accuracy, due=due)
        if undone:
            draft.changes.append(Change("rolled_back", len(draft.knn.samples), snapshot=held, why=lesson.verdict))

    def _store(self, draft: _Draft) -> None:
        """One write; the head in memory is another only when it is done."""
        accuracy = {id: one for id, one in draft.state.accuracy.items() if self._snapshots.has(id)}
        state = draft.state._replace(accuracy=accuracy, samples=draft.knn.samples, generation=self._state.generation + 1)
        self._disk.write(self._path, sealed(state.out()))
        self._state, self._knn, self._held = state, draft.knn, draft.held
        if self._on_change is None:
            return
        if draft.learned:
            self._on_change(Change("learned", self.samples, labels=draft.learned))
        if draft.gone:
            self._on_change(Change("condensed", self.samples, gone=draft.gone))
        for change in draft.changes:
            self._on_change(change)

    def snapshot(self, note: str = "") -> str:
        """Keeps the head as it is now; its id. What is learned from now on is held against it."""
        self._must_be_open()
        id = self._save_snapshot(note)
        draft = self._draft()
        self._hold_against(draft, id)
        self._store(draft)
        return id

    def snapshots(self) -> List[Snapshot]:
        """Oldest first."""
        return [one._replace(accuracy=self._state.accuracy.get(one.id)) for one in self._snapshots.facts]

    def rollback(self, id: str) -> None:
        self._must_be_open()
        stored = self._snapshots.load(id)
        draft = self._draft()
        draft.knn = draft.held = Knn(self._settings, stored.samples).fitted()
        trial = Trial(right_before=draft.state.trial.right_before)
        draft.state = draft.state._replace(features=stored.features, held=id, due=False, trial=trial)
        draft.changes.append(Change("rolled_back", len(draft.knn.samples), snapshot=id, why="asked"))
        self._store(draft)

    def _must_be_open(self) -> None:
        if self._lock is None:
            raise ValueError("The head in %s cannot be used: it was closed" % self._folder)
        if os.getpid() != self._pid:
            raise ValueError("The head in %s cannot be used: the process was forked; open a head of its own, in another folder" % self._folder)

    def close(self) -> None:
        lock, self._lock = self._lock, None
        if lock is None or os.getpid() != self._pid:
            return
        self._labels.close()
        try:
            if self._waiting is not None:
                self._waiting.close()
        finally:
            lock.release()

    def __enter__(self) -> "Head":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def _whole(label: SupportsIndex) -> int:
    """-1, which is no class, for what is no whole number."""
    try:
        return -1 if isinstance(label, bool) else operator.index(label)
    except TypeError:
        return -1


def _classes_of(samples: Sequence[Sample]) -> int:
    return max((sample.label + 1 for sample in samples), default=0)


def _choose(found: List[Tuple[float, Vector]], at_ms: Optional[float]) -> Optional[Tuple[float, Vector]]:
    """Of equals the last, as in the other SDK."""
    if not found:
        return None
    if at_ms is not None:
        nearest = min(reversed(found), key=lambda one: abs(one[0] - at_ms))
        if abs(nearest[0] - at_ms) <= _APART_MS_MAX:
            return nearest
    return max(reversed(found), key=lambda one: one[0])


def open_head(
    folder: "Union[str, os.PathLike[str]]",
    classes: Sequence[str] = (),
    k: int = 5,
    distance_metric: str = "euclidean",
    max_samples: int = 100,
    weight_by_distance: bool = True,
    quarantine: Optional[Mapping[str, float]] = None,
    max_snapshots: int = 10,
    labels: Optional[str] = None,
    on_change: Optional[Callable[[Change], None]] = None,
) -> Head:
    """Opens the head of a folder: one folder for one feature extractor. ``classes`` are the names that ``open_log`` gets as outputs.

    ``quarantine`` (max_size 1000, max_age_s 30 days, confidence_threshold 0.6, outlier_threshold 3; ``{}`` for these) keeps the vectors of suspect
    inferences, so that a label that comes days later finds its vector. ``labels`` is given by the agent in HOLDFAST_LABELS; without it there are none.
    """
    given = {**_QUARANTINE, **(quarantine or {})}
    unknown = [name for name in given if name not in _QUARANTINE]
    if unknown:
        raise refused("The head cannot be opened", "the setting quarantine.%s" % unknown[0], "one of %s" % ", ".join(_QUARANTINE))
    settings = Settings(k, distance_metric, max_samples, weight_by_distance, given["confidence_threshold"], given["outlier_threshold"])
    _check("k", k, 1, K_MAX)
    _check("max_samples", max_samples, 2, SAMPLES_MAX)
    _check("max_snapshots", max_snapshots, 2, 100)
    _check("number of classes", len(classes), 0, CLASSES_MAX)
    _check("quarantine.max_size", given["max_size"], 1, 10_000)
    _check("quarantine.max_age_s", given["max_age_s"], 1, 366 * _DAY_S, whole=False)
    _check("confidence_threshold", given["confidence_threshold"], 0, 1, whole=False)
    _check("outlier_threshold", given["outlier_threshold"], 0, 1e6, whole=False)
    if distance_metric not in METRICS:
        raise refused("The head cannot be opened", "distance_metric %r" % (distance_metric,), ", ".join(METRICS))
    waiting = None if quarantine is None else (int(given["max_size"]), 1000 * given["max_age_s"])
    return Head(os.path.abspath(folder), settings, len(classes), waiting, max_snapshots, labels or os.environ.get("HOLDFAST_LABELS"), on_change)


def _check(name: str, value: float, least: float, most: float, whole: bool = True) -> None:
    if not least <= value <= most or not math.isfinite(value) or (whole and value != int(value)):
        raise refused("The head cannot be opened", "%s %r" % (name, value), "a%s number from %g to %g" % (" whole" if whole else "", least, most))
