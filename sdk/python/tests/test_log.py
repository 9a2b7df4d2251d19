"""Run with: python3 -m unittest discover -s sdk/python/tests"""

import json
import os
import struct
import subprocess
import sys
import tempfile
import unittest
from array import array
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "src"))

import holdfast  # noqa: E402
from holdfast._descriptors import category_code, describe_audio, describe_text, project  # noqa: E402
from holdfast._ring import HEADER_BYTES, SLOT, SLOT_HEADER_BYTES  # noqa: E402

GOLDEN = json.loads((HERE.parents[2] / "packages/protocol/golden/ring-v1.json").read_text())


DESCRIBED = json.loads((HERE.parents[2] / "packages/stats/golden/descriptors.json").read_text(encoding="utf-8"))


class FakeRow:
    """As a numpy row of float64 looks to the SDK: no buffer of float32, but a list of its values."""

    def __init__(self, values):
        self.values = values

    def tolist(self):
        return self.values


class LogTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.ring = os.path.join(self.folder.name, "ring")

    def open(self, **more):
        log = holdfast.open_log(ring=self.ring, slot_bytes=GOLDEN["slot_bytes"], slot_count=GOLDEN["slot_count"], **more)
        self.addCleanup(log.close)
        return log

    def slot(self, number, count):
        content = Path(self.ring).read_bytes()
        at = HEADER_BYTES + number % GOLDEN["slot_count"] * GOLDEN["slot_bytes"]
        return content[at : at + count]

    def payload_of_first_slot(self):
        _crc, used, _slot, _seq, _part, _parts = SLOT.unpack(self.slot(0, SLOT_HEADER_BYTES))
        return self.slot(0, SLOT_HEADER_BYTES + used)[SLOT_HEADER_BYTES:]

    def test_describes_what_is_no_number_behind_the_inputs(self):
        log = self.open(inputs=["t", "u"], texts=["note"], categories=["colour"], audio=["mic"], embeddings=["pooled"])
        log.inference(inputs=[20.5], texts=["Two words"], categories=["red"], audio=[(8000, [0.5, -0.5])], embeddings=[FakeRow([1.0, 2.0])])
        names = json.loads(Path(self.ring + ".json").read_text())["inputs"]
        self.assertEqual(names[:8], ["t", "u", "note.characters", "note.words", "note.non_ascii", "note.digits", "note.upper", "colour"])
        self.assertEqual(names[8:], ["mic.level_db", "mic.centroid_hz", "mic.zero_crossings"] + [f"pooled.p{i}" for i in range(8)])
        values = struct.unpack_from("<%df" % len(names), self.payload_of_first_slot(), 24)
        self.assertEqual(values[0], 20.5)
        self.assertNotEqual(values[1], values[1])
        self.assertEqual(values[2:4], (9.0, 2.0))
        self.assertEqual(values[7], next(one["is"] for one in DESCRIBED["words"] if one["word"] == "red"))
        self.assertEqual(values[10], 1.0)
        log.inference(inputs=[1.0], categories=[None])
        log.inference(inputs=[1.0, 2.0, 3.0])
        self.assertEqual((log.logged, log.dropped), (2, 1))
        self.assertIn("saw 3 values, expected 2", log.reason)

    def test_describes_as_the_other_sdks_do(self):
        for one in DESCRIBED["embeddings"]:
            self.same(project(one["embedding"]), one["is"])
        for one in DESCRIBED["sounds"]:
            self.same(describe_audio(one["samples"], one["rate_hz"]), one["is"])
        for one in DESCRIBED["texts"]:
            text = "x" * 100_001 if one["text"] == "x * 100001" else one["text"]
            self.same(describe_text(text), one["is"])
        self.assertEqual([category_code(one["word"]) for one in DESCRIBED["words"]], [one["is"] for one in DESCRIBED["words"]])

    def same(self, seen, expected):
        self.assertEqual(len(seen), len(expected))
        for value, golden in zip(seen, expected):
            if golden is None:
                self.assertNotEqual(value, value)
            else:
                self.assertAlmostEqual(value, golden, 9)

    def test_writes_the_golden_bytes(self):
        log = self.open()
        for one in GOLDEN["inferences"]:
            image = one.get("image")
            log.inference(
                inputs=one["inputs"],
                outputs=one["outputs"],
                predicted=one["predicted"],
                latency_ms=one["latency_ms"],
                reference=one["reference"],
                wall_ms=one["wall_ms"],
                image=image and (image["width"], image["height"], image["channels"], bytes.fromhex(image["pixels_hex"])),
            )
        self.assertEqual((log.logged, log.dropped, log.reason), (len(GOLDEN["inferences"]), 0, None))
        for slot in (slot for one in GOLDEN["inferences"] for slot in one["slots"]):
            self.assertEqual(self.slot(slot["slot"], len(slot["hex"]) // 2).hex(), slot["hex"])

    def test_takes_lists_tuples_arrays_buffers_and_rows(self):
        expected = struct.pack("<3f", 1.5, -2, 3)
        kinds = [[1.5, -2, 3], (1.5, -2, 3), array("f", [1.5, -2, 3]), array("d", [1.5, -2, 3]), FakeRow([[1.5, -2, 3]]), memoryview(array("f", [1.5, -2, 3])), iter([1.5, -2, 3])]
        for values in kinds:
            log = self.open()
            log.inference(inputs=values, wall_ms=0)
            self.assertEqual(log.dropped, 0, log.reason)
            slot = log._slot - 1
            log.close()
            self.assertEqual(self.slot(slot, SLOT_HEADER_BYTES + 36)[-12:], expected, type(values))

    def test_counts_and_goes_on_where_it_is_given_nonsense(self):
        log = self.open()
        log.inference(inputs="abc")
        log.inference(inputs=object())
        log.inference(inputs=[1], predicted="x")
        log.inference(inputs=[1], predicted=40000)
        log.inference(inputs=[0.0] * 70000)
        log.inference(image=(2, 2, 3, b"short"))
        log.inference(image=(1000, 1000, 1, bytes(1000000)))
        self.assertEqual(log.dropped, 7)
        self.assertIn("limit of this ring", log.reason)
        log.inference(inputs=[1e300, None])
        self.assertEqual((log.logged, log.dropped), (1, 7))

    def test_is_a_counted_no_op_without_a_ring(self):
        for ring in (None, os.path.join(self.folder.name, "missing", "ring")):
            log = holdfast.open_log(ring=ring)
            log.inference(inputs=[1])
            self.assertEqual((log.logged, log.dropped), (0, 1))
            self.assertTrue(log.reason)

    def test_continues_a_ring_of_the_same_shape(self):
        first = self.open()
        first.inference(inputs=[1])
        first.inference(inputs=[2])
        first.close()
        second = self.open()
        self.assertEqual((second._slot, second._seq), (2, 2))

    def test_writes_over_a_torn_slot_and_replaces_garbage(self):
        log = self.open()
        log.inference(inputs=[1])
        log.inference(inputs=[2])
        log.close()
        with open(self.ring, "r+b") as file:
            file.seek(HEADER_BYTES + GOLDEN["slot_bytes"] + 30)
            file.write(b"torn")
        self.assertEqual(self.open()._slot, 1)
        Path(self.ring).write_bytes(b"garbage")
        log = self.open()
        log.inference(inputs=[1])
        self.assertEqual(log.logged, 1)
        self.assertEqual(Path(self.ring).read_bytes()[:8], b"HFRING01")

    def test_writes_the_names_beside_the_ring(self):
        self.open(inputs=["a", "b"], outputs=["no", "yes"])
        self.assertEqual(json.loads(Path(self.ring + ".json").read_text()), {"v": 1, "inputs": ["a", "b"], "outputs": ["no", "yes"]})
        self.assertEqual(Path(self.ring + ".json").stat().st_mode & 0o777, 0o600)
        self.open(inputs=["a"], categories=["site"])
        worded = {"v": 1, "inputs": ["a", "site"], "outputs": [], "categories": ["site"]}
        self.assertEqual(json.loads(Path(self.ring + ".json").read_text()), worded)

    def test_goes_round_the_ring(self):
        log = self.open()
        for n in range(1000):
            log.inference(inputs=[n])
        self.assertEqual((log._slot, log.dropped), (1000, 0))
        self.assertEqual(SLOT.unpack(self.slot(999, SLOT_HEADER_BYTES))[2:4], (999.0, 999))

    def test_is_closed_in_a_forked_child(self):
        log = self.open()
        child = os.fork()
        if child == 0:
            log.inference(inputs=[1])
            os._exit(0 if (log.logged, log.dropped) == (0, 1) else 1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        log.inference(inputs=[1])
        self.assertEqual(log.logged, 1)

    def test_does_not_replace_what_is_no_file(self):
        os.mkdir(self.ring)
        log = holdfast.open_log(ring=self.ring)
        log.inference(inputs=[1])
        self.assertEqual((log.logged, log.dropped), (0, 1))
        self.assertIn("is no file", log.reason)
        self.assertTrue(os.path.isdir(self.ring))

    def test_survives_a_limit_on_the_size_of_files(self):
        code = (
            "import resource, signal, sys, holdfast\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
            "log = holdfast.open_log(ring=sys.argv[1])\n"
            "log.inference(inputs=[1])\n"
            "print(log.logged, log.dropped, bool(log.reason))"
        )
        environment = {**os.environ, "PYTHONPATH": str(HERE.parent / "src")}
        said = subprocess.check_output([sys.executable, "-c", code, self.ring], env=environment)
        self.assertEqual(said.strip(), b"0 1 True")
        self.assertEqual(os.listdir(self.folder.name), [])

    def test_imports_nothing_but_the_standard_library(self):
        code = "import sys, holdfast; print(sorted(m for m in sys.modules if m in ('numpy', 'pandas', 'torch', 'socket', 'ssl')))"
        environment = {**os.environ, "PYTHONPATH": str(HERE.parent / "src")}
        self.assertEqual(subprocess.check_output([sys.executable, "-c", code], env=environment).strip(), b"[]")


if __name__ == "__main__":
    unittest.main()
