"""Writes firings.json: where each detector fires on each stream, by river (0.26.1) where river has it, else by the few lines below.

Run: python packages/stats/golden/make.py, with river and scipy installed. The tests read the file only.
KSWIN draws at random: here river is handed the generator and the draw of src/detectors/random.ts, so that both sides choose the same values.
"""

import json
import math
import os
import random

from scipy.stats import norm
from river.drift import ADWIN, KSWIN, PageHinkley
from river.drift.binary import DDM, EDDM, HDDMA, HDDMW

from streams import ERRORS, NUMBERS, Seeded, stream


class Draw(random.Random):
    """What KSWIN takes its samples from: the first steps of a Fisher-Yates shuffle with mulberry32."""

    def __init__(self, seed):
        super().__init__(0)
        self.seeded = Seeded(seed)

    def sample(self, population, k, **_):
        drawn = list(population)
        for i in range(k):
            j = i + math.floor(self.seeded.next() * (len(drawn) - i))
            drawn[i], drawn[j] = drawn[j], drawn[i]
        return drawn[:k]


class Kswin(KSWIN):
    def _reset(self):
        super()._reset()
        self._rng = Draw(self.seed)


def kswin(seed=0, **given):
    detector = Kswin(seed=seed, **given)
    detector._rng = Draw(seed)
    return detector


class Chart:
    """The baseline of the control charts: mean and standard deviation of the first values."""

    drift_detected = warning_detected = False

    def update(self, x):
        if self.drift_detected:
            self.__init__(**self.given)
        if len(self.first) < self.warm_start:
            self.first.append(x)
            self.mean = math.fsum(self.first) / len(self.first)
            return
        variance = math.fsum((v - self.mean) ** 2 for v in self.first) / (len(self.first) - 1)
        self.judge((x - self.mean) / max(math.sqrt(variance), 1e-9 * max(1, abs(self.mean))))


class Cusum(Chart):
    def __init__(self, warm_start=100, slack=0.5, threshold=5, mode="both"):
        self.given = {"warm_start": warm_start, "slack": slack, "threshold": threshold, "mode": mode}
        self.warm_start, self.first, self.up, self.down = warm_start, [], 0, 0
        self.drift_detected = False

    def judge(self, z):
        self.up = max(0, self.up + z - self.given["slack"])
        self.down = max(0, self.down - z - self.given["slack"])
        sums = {"up": [self.up], "down": [self.down], "both": [self.up, self.down]}[self.given["mode"]]
        self.drift_detected = max(sums) > self.given["threshold"]


class Ewma(Chart):
    def __init__(self, warm_start=100, width=3, warning_width=2.5, **more):
        self.given = {"warm_start": warm_start, "width": width, "warning_width": warning_width, **more}
        self.weight = more.get("lambda", 0.2)
        self.warm_start, self.first, self.level, self.t = warm_start, [], 0, 0
        self.drift_detected = self.warning_detected = False

    def judge(self, z):
        self.t += 1
        self.level = self.weight * z + (1 - self.weight) * self.level
        spread = math.sqrt(self.weight / (2 - self.weight) * (1 - (1 - self.weight) ** (2 * self.t)))
        self.drift_detected = abs(self.level) > self.given["width"] * spread
        self.warning_detected = not self.drift_detected and abs(self.level) > self.given["warning_width"] * spread


class Stepd:
    def __init__(self, window_size=30, alpha_drift=0.003, alpha_warning=0.05):
        self.given = {"window_size": window_size, "alpha_drift": alpha_drift, "alpha_warning": alpha_warning}
        self.right, self.drift_detected, self.warning_detected = [], False, False

    def update(self, x):
        if self.drift_detected:
            self.__init__(**self.given)
        self.right.append(1 - x)
        w = self.given["window_size"]
        old, new = self.right[:-w], self.right[-w:]
        p = self.p_value(old, new) if len(old) >= w else 1
        self.drift_detected = p < self.given["alpha_drift"]
        self.warning_detected = not self.drift_detected and p < self.given["alpha_warning"]

    @staticmethod
    def p_value(old, new):
        a, b, p = sum(old) / len(old), sum(new) / len(new), (sum(old) + sum(new)) / (len(old) + len(new))
        weight = 1 / len(old) + 1 / len(new)
        if b >= a or p in (0, 1):
            return 1
        return min(1, 2 * norm.sf((a - b - weight / 2) / math.sqrt(p * (1 - p) * weight)))


DETECTORS = {
    "adwin": (ADWIN, NUMBERS, [{}, {"delta": 0.2}, {"clock": 1, "delta": 0.01}, {"max_buckets": 3, "min_window_length": 20, "grace_period": 100, "clock": 16}]),
    "page-hinkley": (PageHinkley, NUMBERS, [{}, {"threshold": 10, "delta": 0.1}, {"mode": "up", "threshold": 20}, {"mode": "down", "min_instances": 200, "alpha": 0.99, "threshold": 5}]),
    "kswin": (kswin, NUMBERS, [{}, {"alpha": 0.05, "seed": 7}, {"alpha": 0.0001, "window_size": 200, "stat_size": 50, "seed": 42}]),
    "cusum": (Cusum, NUMBERS, [{}, {"slack": 0.25, "threshold": 12}, {"mode": "down", "warm_start": 500, "threshold": 8}]),
    "ewma": (Ewma, NUMBERS, [{}, {"lambda": 0.05, "width": 4, "warning_width": 3}, {"warm_start": 300, "lambda": 1}]),
    "ddm": (DDM, ERRORS, [{}, {"warm_start": 100, "warning_threshold": 1.5, "drift_threshold": 2.5}, {"warm_start": 10, "drift_threshold": 4}]),
    "eddm": (EDDM, ERRORS, [{}, {"warm_start": 50, "alpha": 0.9, "beta": 0.8}, {"warm_start": 10, "alpha": 0.99, "beta": 0.95}]),
    "hddm-a": (HDDMA, ERRORS, [{}, {"two_sided_test": True}, {"drift_confidence": 0.05, "warning_confidence": 0.2}]),
    "hddm-w": (HDDMW, ERRORS, [{}, {"two_sided_test": True}, {"lambda_val": 0.2, "drift_confidence": 0.01, "warning_confidence": 0.05}]),
    "stepd": (Stepd, ERRORS, [{}, {"window_size": 100}, {"alpha_drift": 0.0001, "alpha_warning": 0.01}]),
}


def ranges(indices):
    """[3, 4, 5, 9] as [[3, 5], [9, 9]]."""
    found = []
    for i in indices:
        if found and found[-1][1] == i - 1:
            found[-1][1] = i
        else:
            found.append([i, i])
    return found


def firings(make, parameters, spec):
    detector, drifts, warnings = make(**parameters), [], []
    for i, x in enumerate(stream(spec)):
        detector.update(x)
        if detector.drift_detected:
            drifts.append(i)
        elif getattr(detector, "warning_detected", False):
            warnings.append(i)
    return {"drifts": drifts, "warnings": ranges(warnings)}


def main():
    cases = [
        {"detector": name, "parameters": parameters, "stream": spec, **firings(make, parameters, spec)}
        for name, (make, specs, settings) in DETECTORS.items()
        for parameters in settings
        for spec in specs
    ]
    text = "[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n"
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "firings.json"), "w") as file:
        file.write(text)


main()
