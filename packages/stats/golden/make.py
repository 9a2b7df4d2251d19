"""Writes firings.json: where each detector fires on each stream, by river (0.26.1) where river has it, else by the few lines below.

Run: python packages/stats/golden/make.py, with river and scipy installed. The tests read the file only.
A parameter "reference" is a stream that the detector is given before.
"""

import json
import math
import os

from scipy.stats import norm
from river.drift import ADWIN, KSWIN, PageHinkley
from river.drift.binary import DDM, EDDM, FHDDM, HDDMA, HDDMW

from streams import ERRORS, NUMBERS, Seeded, stream


def kswin(seed=0, reference=None, **given):
    """river's own, draws and all. Without a seed it would draw otherwise each time; a reference is the window that it starts with."""
    return KSWIN(seed=seed, window=reference and stream(reference), **given)


class Fhddm:
    """river's own; mode "up" turns the bits round, and a short window of 0 is none."""

    warning_detected = False

    def __init__(self, mode="down", short_window_size=0, **given):
        self.mode, self.river = mode, FHDDM(short_window_size=short_window_size or None, **given)

    def update(self, x):
        self.river.update(1 - x if self.mode == "up" else x)
        self.drift_detected = self.river.drift_detected


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


KSWINS = [
    {}, {"seed": 1}, {"seed": 42}, {"seed": 4294967296}, {"seed": 9007199254740991},
    {"alpha": 0.05, "seed": 7}, {"alpha": 0.05, "seed": 123456789012}, {"alpha": 0.0001, "window_size": 200, "stat_size": 50, "seed": 42},
    {"alpha": 0.01, "window_size": 60, "stat_size": 5, "seed": 3}, {"alpha": 0.01, "window_size": 26, "stat_size": 5, "seed": 4},
    {"alpha": 0.001, "window_size": 307, "stat_size": 30, "seed": 5}, {"alpha": 0.001, "window_size": 308, "stat_size": 30, "seed": 6},
    {"alpha": 0.01, "window_size": 40, "stat_size": 20, "seed": 8}, {"seed": 9, "reference": ["step", 91, 150, 1]}, {"seed": 9, "reference": ["none", 92, 70, 1]},
]
DETECTORS = {
    "adwin": (ADWIN, NUMBERS, [{}, {"delta": 0.2}, {"clock": 1, "delta": 0.01}, {"max_buckets": 3, "min_window_length": 20, "grace_period": 100, "clock": 16}]),
    "page-hinkley": (PageHinkley, NUMBERS, [{}, {"threshold": 10, "delta": 0.1}, {"mode": "up", "threshold": 20}, {"mode": "down", "min_instances": 200, "alpha": 0.99, "threshold": 5}]),
    "kswin": (kswin, NUMBERS, KSWINS),
    "cusum": (Cusum, NUMBERS, [{}, {"slack": 0.25, "threshold": 12}, {"mode": "down", "warm_start": 500, "threshold": 8}]),
    "ewma": (Ewma, NUMBERS, [{}, {"lambda": 0.05, "width": 4, "warning_width": 3}, {"warm_start": 300, "lambda": 1}]),
    "ddm": (DDM, ERRORS, [{}, {"warm_start": 100, "warning_threshold": 1.5, "drift_threshold": 2.5}, {"warm_start": 10, "drift_threshold": 4}]),
    "eddm": (EDDM, ERRORS, [{}, {"warm_start": 50, "alpha": 0.9, "beta": 0.8}, {"warm_start": 10, "alpha": 0.99, "beta": 0.95}]),
    "hddm-a": (HDDMA, ERRORS, [{}, {"two_sided_test": True}, {"drift_confidence": 0.05, "warning_confidence": 0.2}]),
    "hddm-w": (HDDMW, ERRORS, [{}, {"two_sided_test": True}, {"lambda_val": 0.2, "drift_confidence": 0.01, "warning_confidence": 0.05}]),
    "fhddm": (Fhddm, ERRORS, [{}, {"short_window_size": 20}, {"mode": "up"}, {"mode": "up", "sliding_window_size": 50, "short_window_size": 25, "confidence_level": 0.001}, {"sliding_window_size": 30, "short_window_size": 30, "confidence_level": 0.01}]),
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
