"""Run with: python3 -m unittest discover -s sdk/python/tests"""

import json
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
from array import array
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "src"))

import holdfast  # noqa: E402
from holdfast._head import Head  # noqa: E402
from holdfast._head_files import Disk, sealed  # noqa: E402
from holdfast._knn import WINDOW, Knn, Lessons, Settings, Trial, binomial_tail, fisher_greater, learn_truth, nearest_of, sample_of  # noqa: E402

GOLDEN = json.loads((HERE.parents[2] / "packages/stats/golden/knn.json").read_text(encoding="utf-8"))
KEPT = HERE.parents[2] / "packages/agent/golden/head"
ALL = {"confidence_threshold": 1, "outlier_threshold": 0}


def near(label, rng):
    return [4 * label + rng.random(), rng.random(), rng.random()]


def of(features, label, at_ms=0.0, reference=None):
    return sample_of(tuple(map(float, features)), label, reference, at_ms)


class KnnTest(unittest.TestCase):
    def test_votes_as_scikit_learn_does(self):
        for case in GOLDEN["votes"]:
            head = Knn(Settings(**case["settings"]), [of(row, label) for row, label in zip(case["samples"], case["labels"])])
            for i, query in enumerate(case["queries"]):
                saw = head.predict(tuple(query), len(case["probabilities"][0]))
                self.assertEqual(saw.label, case["label"][i])
                for share, expected in zip(saw.probabilities, case["probabilities"][i]):
                    self.assertAlmostEqual(share, expected, delta=1e-12)
                self.assertTrue(math.isclose(saw.novelty, case["novelty"][i], rel_tol=1e-12, abs_tol=1e-15))
                self.assertEqual(saw.confidence, max(saw.probabilities))

    def test_has_the_tails_that_scipy_has(self):
        for one in GOLDEN["binomial"]:
            self.assertTrue(math.isclose(binomial_tail(one["hits"], one["n"], one["chance"]), one["is"], rel_tol=1e-12, abs_tol=1e-300), one)
        for one in GOLDEN["fisher"]:
            self.assertTrue(math.isclose(fisher_greater(WINDOW - one["before"], WINDOW - one["now"]), one["is"], rel_tol=1e-11), one)

    def test_learns_condenses_and_goes_back_as_a_second_implementation_does(self):
        for story in GOLDEN["stories"]:
            settings = Settings(**story["settings"])
            now, due = Lessons(Knn(settings), None, Trial()), False
            for at, step in enumerate(story["steps"]):
                if at == settings.max_samples or due:
                    now, due = Lessons(now.knn, now.knn, Trial(right_before=now.trial.head_right if due else None)), False
                lesson = learn_truth(now, of(step["features"], step["label"], at), story["classes"])
                self.assertEqual((at, lesson.verdict), (at, step["verdict"]))
                now = lesson.after
                if step["kept"]:
                    self.assertEqual([one.at_ms for one in now.knn.samples], step["kept"])
                due = lesson.verdict == "stood" or (due and lesson.verdict == "goes on")

    def test_breaks_ties_always_alike(self):
        self.assertEqual(nearest_of([2, 1, 1, 1, 0.1 + 0.2, 0.3], 4), [5, 4, 3, 2])
        tied = Knn(Settings(k=2), [of([0], 1), of([2], 0)]).predict((1.0,), 2)
        self.assertEqual((tied.label, tied.probabilities), (0, [0.5, 0.5]))
        empty = Knn(Settings()).predict((1.0,), 2)
        self.assertEqual((empty.label, empty.confidence, empty.suspect, math.isnan(empty.novelty)), (-1, 0.0, True, True))


class HeadCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        self.folder = os.path.join(folder.name, "head")
        self.labels = os.path.join(folder.name, "labels.jsonl")

    def open(self, **more):
        head = holdfast.open_head(self.folder, labels=self.labels, **more)
        self.addCleanup(head.close)
        return head

    def say(self, *lines):
        with open(self.labels, "a", encoding="utf-8") as file:
            file.write("".join(lines))

    def line(self, seq, reference, label, at_ms=None):
        return json.dumps({"seq": seq, "reference": reference, "at_ms": at_ms, "label": label}) + "\n"


class HeadTest(HeadCase):
    def test_learns_and_is_the_same_when_it_is_opened_again(self):
        rng = random.Random(1)
        head = self.open(classes=["low", "high"])
        self.assertEqual(head.classify([1, 2, 3])[:3], (-1, 0.0, [0.0, 0.0]))
        for i in range(20):
            head.learn(near(i % 2, rng), i % 2)
        said = head.classify([4.5, 0.5, 0.5])
        self.assertEqual((said.label, said.probabilities, said.suspect), (1, [0.0, 1.0], False))
        head.close()
        again = self.open(classes=["low", "high"])
        self.assertEqual(again.classify([4.5, 0.5, 0.5])[:5], said[:5])
        self.assertNotEqual(again.classify([4.5, 0.5, 0.5]).reference, said.reference)

    def test_refuses_what_is_none_and_changes_nothing(self):
        head = self.open(classes=["a", "b"])
        head.learn([1, 2], 0)
        before = Path(self.folder, "head.json").read_bytes()
        for wrong in ([], [1], [1, None], [1, float("nan")], [1e31, 1], [1, 2, 3], "ab", 7, None):
            for call in (head.classify, lambda one: head.learn(one, 0)):
                with self.assertRaisesRegex(ValueError, "nothing was changed: saw .*, expected"):
                    call(wrong)
        for wrong in (-1, 2, 0.5, float("nan"), "1", None, True):
            with self.assertRaisesRegex(ValueError, "expected a whole number from 0 to 1"):
                head.learn([1, 2], wrong)
        self.assertEqual(Path(self.folder, "head.json").read_bytes(), before)
        head.close()
        with self.assertRaisesRegex(ValueError, "it was closed"):
            head.classify([1, 2])
        for more in ({"k": 0}, {"k": 1.5}, {"max_samples": 1}, {"distance_metric": "hamming"}, {"quarantine": {"size": 3}}, {"quarantine": {"max_age_s": 0}}):
            with self.assertRaisesRegex(ValueError, "The head cannot be opened: saw"):
                self.open(**more)

    def test_takes_numbers_as_other_libraries_have_them(self):
        class Whole:  # as numpy.int64 looks
            def __index__(self):
                return 1

        class Row:  # as a numpy row looks
            def tolist(self):
                return [1.0, 2.0]

        with holdfast.open_head(Path(self.folder)) as head:
            head.learn(Row(), Whole())
            self.assertEqual(head.classify(array("f", [1, 2])).probabilities, [0.0, 1.0])

    def test_is_open_in_one_process_at_a_time(self):
        head = self.open()
        with self.assertRaisesRegex(BlockingIOError, "Another process .pid %d. has the head" % os.getpid()):
            self.open()
        head.close()
        self.open()

    def test_takes_labels_by_number_and_counts_the_rest(self):
        head = self.open(quarantine=ALL)
        a, b = head.classify([1, 1]).reference, head.classify([9, 9]).reference
        torn = self.line(9, a, 1)
        self.say(self.line(1, a, 0), self.line(4, b, 1), self.line(5, 17, 1), "no label\n", '{"seq":6}\n', "[" * 3000 + "\n", "x" * 200_000 + "\n")
        self.say(self.line(7, a, "cat"), self.line(8, a, 0.5), '{"seq":8,"reference":1,"label":NaN}\n', torn[:12])
        self.assertEqual(head.take_labels(), (2, 1, 7))
        self.assertEqual(head.take_labels(), (0, 0, 0))
        self.assertEqual((head.samples, head.unknown, head.classify([8, 8]).label), (2, 1, 1))
        self.say(torn[12:])
        self.assertEqual(head.take_labels(), (1, 0, 0))
        self.assertEqual((head.samples, head.classify([1, 1]).label), (2, 1))
        Path(self.root, "new").write_text(torn + self.line(12, b, 0))
        os.replace(os.path.join(self.root, "new"), self.labels)
        self.assertEqual(head.take_labels(), (1, 0, 0))
        self.assertEqual(head.classify([9, 9]).label, 0)

    def test_labels_are_numbered_from_1_again_where_the_device_joined_anew(self):
        def learned_on(device, seq, x):
            with unittest.mock.patch.dict(os.environ, HOLDFAST_DEVICE=device), self.open(quarantine=ALL) as head:
                for known in () if head.samples else (0, 100):
                    head.learn([known], 0)
                Path(self.labels).write_text(self.line(seq, head.classify([x]).reference, 1))
                return head.take_labels().learned

        self.assertEqual([learned_on("dev_a", 7, 1), learned_on("dev_a", 6, 2), learned_on("dev_b", 1, 3), learned_on("dev_b", 1, 4)], [1, 0, 1, 0])

    def test_of_a_number_that_was_given_twice_the_one_near_in_time_is_meant(self):
        start = 1_790_000_000_000.0
        clock = [start]

        def again(features, at_ms):
            os.makedirs(self.folder, exist_ok=True)
            Path(self.folder, "references.json").write_bytes(sealed({"next": 77}))
            clock[0] = at_ms
            head = Head(self.folder, Settings(outlier_threshold=0), 0, (100, 1e10), 10, self.labels, None, now_ms=lambda: clock[0])
            self.addCleanup(head.close)
            self.assertEqual(head.classify(features).reference, 77)
            return head

        again([1], start).close()
        head = again([50], start + 3_600_000)
        self.say(self.line(1, 77, 2, start + 599_000), self.line(2, 77, 0))
        self.assertEqual(head.take_labels().learned, 2)
        self.assertEqual((head.classify([1]).label, head.classify([50]).label), (2, 0))
        self.say(self.line(3, 77, 1, start + 1_800_000))
        head.take_labels()
        self.assertEqual((head.samples, head.classify([1]).label, head.classify([50]).label), (2, 2, 1))

    def test_keeps_a_bounded_number_of_vectors_and_cuts_a_torn_tail(self):
        head = self.open(quarantine={**ALL, "max_size": 10})
        references = [head.classify([i, 0]).reference for i in range(35)]
        path = Path(self.folder, "waiting.log")
        self.assertEqual((head.waiting, path.stat().st_size <= 20 * 28), (10, True))
        self.say(self.line(1, references[24], 1), self.line(2, references[25], 1))
        self.assertEqual(head.take_labels(), (1, 1, 0))
        head.close()
        whole = path.read_bytes()
        for cut in range(1, 28):
            path.write_bytes(whole[:-cut])
            again = self.open(quarantine={**ALL, "max_size": 10})
            self.assertEqual((again.waiting, path.stat().st_size), (min(10, len(whole) // 28 - 1), len(whole) - 28))
            again.close()

    def test_snapshots_bring_the_head_back(self):
        rng, changes = random.Random(3), []
        head = self.open(max_samples=10, max_snapshots=3, on_change=changes.append)
        for i in range(10):
            head.learn(near(i % 2, rng), i % 2)
        ids = [head.snapshot(note) for note in ("one", "two", "three", "four")]
        probes = [near(i % 2, rng) for i in range(20)]
        before = [head.classify(probe)[:5] for probe in probes]
        for i in range(5):
            head.learn(near(i % 2, rng), 1 - i % 2)
        self.assertNotEqual([head.classify(probe)[:5] for probe in probes], before)
        self.assertEqual([one.note for one in head.snapshots()], ["two", "three", "four"])
        self.assertEqual(head.snapshots()[-1].accuracy["truths"], 5)
        head.rollback(ids[-1])
        self.assertEqual([head.classify(probe)[:5] for probe in probes], before)
        self.assertEqual(changes[-1], ("rolled_back", 10, 0, 0, ids[-1], "asked"))
        self.assertEqual(changes[-2], ("condensed", 10, 0, 1, None, None))
        with self.assertRaisesRegex(ValueError, "There is no such snapshot: saw %s" % ids[0]):
            head.rollback(ids[0])

    def test_sets_aside_what_is_torn_or_foreign_and_takes_the_newest_good_one(self):
        rng = random.Random(4)
        head = self.open(quarantine=ALL)
        for i in range(10):
            head.learn(near(i % 2, rng), i % 2)
        reference = head.classify([5, 5, 5]).reference
        good, torn = head.snapshot("good"), head.snapshot("to be torn")
        head.close()
        for name in ("head.json", "snapshots/%s.json" % torn):
            path = Path(self.folder, name)
            path.write_bytes(path.read_bytes()[:-10])
        Path(self.folder, "snapshots/s9999999999.json").write_text('{"a":"file of somebody else"}')
        again = self.open(quarantine=ALL)
        self.assertEqual((again.samples, again.snapshots()[-1].id), (10, good))
        self.assertEqual(sorted(os.path.basename(one) for one in again.set_aside), sorted([torn + ".json.bad", "s9999999999.json.bad", "head.json.bad"]))
        self.say(self.line(1, reference, 1))
        self.assertEqual((again.take_labels().learned, again.samples), (1, 11))

    def test_goes_back_by_itself_where_labels_have_nothing_to_do_with_the_features(self):
        rng, changes = random.Random(5), []
        head = self.open(classes=["a", "b", "c"], on_change=changes.append)
        for i in range(200):
            head.learn(near(i % 3, rng), i % 3)
        self.assertNotIn("rolled_back", [one.kind for one in changes])
        for i in range(100):
            head.learn(near(i % 3, rng), rng.randrange(3))
        back = next(one for one in changes if one.kind == "rolled_back")
        self.assertEqual(back.why, "unlearnable")
        head.rollback(back.snapshot)
        self.assertEqual([head.classify([4 * label + 0.5, 0.5, 0.5]).label for label in range(3)], [0, 1, 2])


class PowerCut(OSError):
    pass


class CutDisk(Disk):
    """Without power from the n-th write on: that one is not done, done in part, or done; nothing later is. Nothing is synced: the machine itself stays on."""

    def __init__(self, at, how="after"):
        self.writes, self.removed, self.at, self.how = 0, 0, at, how

    def cut(self, whole, part):
        self.writes += 1
        if self.writes < self.at:
            return whole()
        if self.writes == self.at and self.how != "before":
            (whole if self.how == "after" else part)()
        raise PowerCut("the device has no power")

    def write(self, path, content):
        def whole():
            Path(path + ".new").write_bytes(content)
            os.replace(path + ".new", path)

        self.cut(whole, lambda: Path(path + ".new").write_bytes(content[: len(content) // 2]))

    def remove(self, path):
        self.removed += 1
        self.cut(lambda: os.unlink(path), lambda: None)

    def append(self, fd, content, at):
        self.cut(lambda: Disk.append(self, fd, content, at), lambda: Disk.append(self, fd, content[: len(content) // 2], at))

    def sync(self, fd):
        if self.writes >= self.at:
            raise PowerCut("the device has no power")


class CutTest(HeadCase):
    ROUNDS = 8

    def head(self, disk):
        return Head(self.folder, Settings(k=3, max_samples=30, outlier_threshold=0), 3, (1000, 1e12), 3, self.labels, None, disk, lambda: 1.79e12)

    def session(self, disk):
        """False where the power was cut."""
        head = None
        try:
            head = self.head(disk)
            head.take_labels()
            head.close()
            return True
        except PowerCut:
            try:
                if head is not None:
                    head.close()  # gives the lock free, as the end of a process does
            except PowerCut:
                pass  # the end of the process
            return False

    def run_story(self, disk):
        rng = random.Random(7)
        with tempfile.TemporaryDirectory() as root:
            self.folder, self.labels = os.path.join(root, "head"), os.path.join(root, "labels.jsonl")
            head = self.head(CutDisk(math.inf))
            told = [(head.classify(near(i % 3, rng)).reference, i % 3) for i in range(15 * self.ROUNDS)]
            head.close()
            for part in range(self.ROUNDS):
                for i in range(15 * part, 15 * part + 15):
                    reference, label = told[i]
                    self.say(self.line(i + 1, 0 if rng.random() < 0.1 else reference, rng.randrange(3) if part > 5 else label))
                if not self.session(disk):
                    self.session(CutDisk(math.inf))
            files = [path for path in sorted(Path(self.folder).rglob("*.json")) if path.name != "references.json"]
            return {path.name: path.read_bytes() for path in files}

    def test_a_power_cut_at_any_write_leaves_the_head_that_it_would_have_been_without(self):
        whole = CutDisk(math.inf)
        expected = self.run_story(whole)
        self.assertEqual((len(expected), whole.removed > 0), (4, True))
        for at in range(1, whole.writes + 1):
            for how in ("before", "torn", "after"):
                self.assertEqual(self.run_story(CutDisk(at, how)), expected, (at, how))

    def test_a_kill_loses_no_vector_and_learns_each_label_once(self):
        given = []
        for lines in (1, 60):
            given += self.child("i = 0\nwhile True:\n    say('%d %d' % (head.classify([100 * (i % 3), i % 7]).reference, i % 3))\n    i += 1", lines)
        given = [tuple(map(int, line.split())) for line in given][:150]
        self.assertEqual(len({reference for reference, _ in given}), len(given))
        told = 0
        for lines in (1, 2, 3, 0):
            part = given[told:] if lines == 0 else given[told : told + 15]
            self.say(*[self.line(told + i + 1, *one) for i, one in enumerate(part)])
            told += len(part)
            self.child("while True:\n    say('a'); head.take_labels(); head.snapshot('b'); say('c')" if lines else "head.take_labels(); head.close()", lines)
        head = self.open(quarantine=ALL, max_samples=500)
        self.assertEqual((head.samples, head.unknown, head.set_aside), (len(given), 0, []))

    def child(self, script, lines):
        """A process with a head; killed after so many lines, or (0) left to end by itself. What it said."""
        opened = "holdfast.open_head(%r, classes='abc', labels=%r, max_samples=500, quarantine=%r)" % (self.folder, self.labels, ALL)
        say = "def say(text):\n    os.write(1, (text + '\\n').encode())\n"
        source = "import os, sys\nsys.path.insert(0, %r)\nimport holdfast\n%shead = %s\n%s" % (str(HERE.parent / "src"), say, opened, script)
        with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True) as process:
            said = [process.stdout.readline() for _ in range(lines)]
            if lines:
                process.send_signal(signal.SIGKILL)
            said += process.stdout.readlines()
        return [line for line in said if line.endswith("\n")]


class KeptTest(HeadCase):
    def test_opens_a_folder_that_the_other_sdk_wrote(self):
        expected = json.loads((KEPT / "expected.json").read_text(encoding="utf-8"))
        os.makedirs(os.path.join(self.folder, "snapshots"))
        for name in expected["files"]:
            Path(self.folder, name).write_bytes((KEPT / name).read_bytes())
        head = self.open(classes=["a", "b"], quarantine={**ALL, "max_age_s": 366 * 86_400})
        self.assertEqual((head.samples, head.waiting, head.set_aside, [one.id for one in head.snapshots()]), (expected["samples"], expected["waiting"], [], expected["snapshots"]))
        for one in expected["asked"]:
            saw = head.classify(one["features"])
            self.assertEqual((saw.label, saw.reference), (one["label"], one["reference"]))
            for share, wanted in zip(saw.probabilities, one["probabilities"]):
                self.assertAlmostEqual(share, wanted, delta=1e-12)


if __name__ == "__main__":
    unittest.main()
