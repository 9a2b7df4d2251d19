"""Run with: python3 -m unittest discover -s sdk/python/tests"""

import json
import os
import sys
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "src"))

from holdfast._hardware import Machine, facts_of, read_commands, read_files, this_machine  # noqa: E402
from holdfast._mlflow import HardwareContext  # noqa: E402

GOLDEN = json.loads((HERE.parents[2] / "packages/protocol/golden/hardware.json").read_text())


def machine_of(recorded, slow_seconds=0.0):
    files, commands = recorded["files"], recorded["commands"]

    def names(folder):
        inside = [path[len(folder) + 1 :].split("/")[0] for path in files if path.startswith(folder + "/")]
        return list(dict.fromkeys(inside))

    def run(command):
        time.sleep(slow_seconds)
        return commands.get(" ".join(command), commands.get(command[0], ""))

    return Machine(recorded["platform"], recorded["architecture"], lambda path: files.get(path, ""), names, run)


def recorded(name):
    return next(one for one in GOLDEN["machines"] if name in one["name"])


class HardwareTest(unittest.TestCase):
    def test_reads_the_golden_machines(self):
        for one in GOLDEN["machines"]:
            with self.subTest(one["name"]):
                machine = machine_of(one)
                self.assertEqual(facts_of(read_files(machine), read_commands(machine)), one["facts"])

    def test_reads_this_machine(self):
        machine = this_machine(5)
        facts = facts_of(read_files(machine), read_commands(machine))
        self.assertGreater(int(facts["cores"]), 0)
        self.assertTrue(facts["architecture"])

    def test_a_command_that_is_not_there_or_hangs_is_as_good_as_silent(self):
        start = time.perf_counter()
        self.assertEqual(this_machine(0.2).run(["no-such-program-of-anybody"]), "")
        self.assertEqual(this_machine(0.2).run([sys.executable, "-c", "import time; time.sleep(30)"]), "")
        self.assertLess(time.perf_counter() - start, 10)


class ContextTest(unittest.TestCase):
    def test_tags_a_run(self):
        provider = HardwareContext(machine_of(recorded("NVIDIA and two kinds")))
        self.assertTrue(provider.in_context())
        provider._thread.join()
        tags = provider.tags()
        self.assertEqual(tags["hardware.accelerator_name"], "NVIDIA GeForce RTX 3060")
        self.assertEqual(tags["hardware.cores_efficiency"], "4")

    def test_a_slow_command_is_not_waited_for_and_is_there_for_a_later_run(self):
        one = recorded("NVIDIA and two kinds")
        provider = HardwareContext(machine_of(one, slow_seconds=1.0))
        start = time.perf_counter()
        first = provider.tags()
        self.assertLess(time.perf_counter() - start, 0.9)
        self.assertEqual(first["hardware.processor"], one["facts"]["processor"])
        self.assertNotIn("hardware.accelerator_memory_bytes", first)
        provider._thread.join()
        self.assertEqual(provider.tags()["hardware.accelerator_memory_bytes"], "12884901888")

    def test_the_temperature_is_that_of_the_start_of_the_run(self):
        one = json.loads(json.dumps(recorded("slowed down")))
        provider = HardwareContext(machine_of(one))
        self.assertEqual(provider.tags()["hardware.thermal_state"], "serious")
        one["files"]["/sys/class/thermal/thermal_zone0/temp"] = "50000\n"
        self.assertEqual(provider.tags()["hardware.thermal_state"], "nominal")
        self.assertEqual(provider.tags()["hardware.temperature_c"], "61")

    def test_measures_a_mac_again_and_forgets_the_temperature_of_an_accelerator(self):
        mac = json.loads(json.dumps(recorded("Apple Silicon")))
        provider = HardwareContext(machine_of(mac))
        provider._thread.join()
        self.assertEqual(provider.tags()["hardware.thermal_state"], "fair")
        mac["commands"]["notifyutil"] = "com.apple.system.thermalpressurelevel 4\n"
        self.assertEqual(provider.tags()["hardware.thermal_state"], "critical")
        provider = HardwareContext(machine_of(recorded("NVIDIA and two kinds")))
        provider._thread.join()
        self.assertEqual(provider.tags()["hardware.temperature_c"], "44")
        self.assertEqual(provider.tags()["hardware.temperature_c"], "39")

    def test_can_be_turned_off(self):
        os.environ["HOLDFAST_HARDWARE"] = "off"
        self.addCleanup(os.environ.pop, "HOLDFAST_HARDWARE")
        self.assertFalse(HardwareContext(machine_of(recorded("Raspberry Pi 5"))).in_context())


if __name__ == "__main__":
    unittest.main()
