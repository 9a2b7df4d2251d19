"""Writes extremes.json: what SciPy says of the samples and counts that break programs: none, one, NaN, infinities, constants, ties, 1e±300, subnormals, integers
beyond 2^53. Every test on every pair of them. Run it with SciPy and NumPy installed; "error" stands for what SciPy raises or cannot say, and for counts that are no
comparison: of unlike length, negative, not finite, none on a side.
"""
import json
import math
import pathlib

from generate import COUNTED, SIDED, TWO_SAMPLE, outcome

import numpy as np
import scipy

INF, NAN = math.inf, math.nan
TINY = 5e-324
BIG = 2.0**53
SAMPLES = {
    "none": [], "one": [1], "other one": [7], "nan": [NAN, NAN], "some nan": [1, NAN, 3, 4, 5], "infinity": [INF, INF], "both infinities": [-INF, INF, 1, 2, 3, 4],
    "a pair": [1, 2], "equal pair": [2, 2], "three": [1, 2, 3], "constant": [2] * 6, "other constant": [3] * 7, "tenths": [0.1] * 10,
    "ties": [1, 1, 2, 2, 3, 3, 3], "more ties": [0, 0, 0, 1, 2, 3, 3, 3, 5], "zeros": [0.0, -0.0, 0.0, -0.0, 1, -1], "nine": [0, 3, 4, 6, 7, 11, 13, 14, 20],
    "huge": [1e300, 2e300, -1e300, 3e300, 5e299, -4e299], "largest": [1.7e308, -1.7e308, 1e308, -1e308, 1.6e308, 0], "small": [1e-300, 2e-300, -1e-300, 3e-300, 5e-301, 7e-301],
    "subnormal": [TINY, 2 * TINY, 5 * TINY, 9 * TINY, 0, -TINY], "both ends": [1e-300, 1e300, 0, 1, -1e300, 5], "beyond 2^53": [BIG, BIG + 2, BIG + 4, BIG + 6, BIG + 12, BIG + 14],
    "like 2^53": [BIG, BIG + 2, BIG + 2, BIG + 8, BIG + 10, BIG + 30], "last digit": [1, 1 + 2**-52, 1 - 2**-53, 1 + 2**-51, 1, 1 + 2**-50], "one far": [0, 1, 2, 3, 4, 5, 6, 1e15],
}
COUNTS = {
    "none": [], "a zero": [0], "one": [5], "zeros": [0, 0], "fives": [5, 5], "first": [5, 0], "second": [0, 5], "unlike": [9, 1], "three": [1, 2, 3], "three zeros": [0, 0, 0],
    "last of three": [0, 0, 7], "equal": [4, 4, 4], "huge": [1e300, 3e300], "largest": [1.7e308, 1.7e308], "small": [1e-300, 2e-300], "subnormal": [TINY, 3 * TINY],
    "beyond 2^53": [BIG + 2, BIG + 4], "big": [1e15, 3e15], "million": [1_000_000, 999_000], "one in a million": [1_000_000, 1], "shares": [0.25, 0.75],
    "negative": [-1, 2], "nan": [NAN, 1], "infinite": [INF, 1], "both ends": [1e-300, 1e300, 1], "ten": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], "ten others": [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
}


def spelled(values):
    return [v if math.isfinite(v) else {INF: "Infinity", -INF: "-Infinity"}.get(v, "NaN") for v in values]


def pairs(pool):
    """Each pair once, every other one the other way round, and each list with itself."""
    lists = list(pool.values())
    for i, first in enumerate(lists):
        for j, second in enumerate(lists[i:], i):
            yield (second, first) if (i + j) % 2 else (first, second)


def in_unit(x, y):
    """For tests that do not depend on the unit, and whose squares do not fit into a double."""
    largest = max([abs(v) for v in [*x, *y] if math.isfinite(v)], default=0)
    if largest == 0 or 1e-100 < largest < 1e100:
        return x, y
    unit = 2.0 ** math.floor(math.log2(largest))
    return [v / unit for v in x], [v / unit for v in y]


def asked_samples(name, alternative, method):
    for x, y in pairs(SAMPLES):
        a, b = (np.array(side, dtype=float) for side in (in_unit(x, y) if name in ["welch", "epps-singleton"] else (x, y)))
        is_unseen = name == "anderson" and bool(np.isnan(a).any() or np.isnan(b).any())  # SciPy sorts NaN in as if it were a number
        yield ["error", None] if is_unseen else outcome(lambda: TWO_SAMPLE[name][3](a, b, alternative, method))


def asked_counts(name, alternative):
    for first, second in pairs(COUNTS):
        r, c = np.array(first, dtype=float), np.array(second, dtype=float)
        fits = is_comparison(r, c) and (name != "z" or len(r) == 2)
        yield table_outcome(r, c, alternative) if name == "fisher" else outcome(lambda: COUNTED[name](r, c, alternative)) if fits else ["error", None]


def is_comparison(r, c):
    return len(r) == len(c) and (r >= 0).all() and (c >= 0).all() and 0 < r.sum() < INF and 0 < c.sum() < INF


def table_outcome(r, c, alternative):
    """SciPy cuts fractions off, and does not come back from 1e15 (null: not asked)."""
    counted = [*r, *c]
    if len(r) != 2 or len(c) != 2 or not all(0 <= v < INF and v % 1 == 0 for v in counted):
        return ["error", None]
    return [None, None] if max(counted) > 1e7 else outcome(lambda: COUNTED["fisher"](r, c, alternative))


def ways(name):
    _, sided, methodical, _ = TWO_SAMPLE.get(name, (None, name in SIDED, False, None))
    return [("two-sided", "auto")] + ([("less", "auto"), ("greater", "auto")] if sided else []) + ([("two-sided", "exact"), ("two-sided", "asymptotic")] if methodical else [])


if __name__ == "__main__":
    head = {
        "scipy": scipy.__version__, "numpy": np.__version__,
        "samples": {name: spelled(values) for name, values in SAMPLES.items()}, "counts": {name: spelled(values) for name, values in COUNTS.items()},
    }
    cases = []
    for name in [*TWO_SAMPLE, *COUNTED]:
        for alternative, method in ways(name):
            found = list(asked_samples(name, alternative, method) if name in TWO_SAMPLE else asked_counts(name, alternative))
            cases.append([name, alternative, method, [statistic for statistic, _ in found], [p_value for _, p_value in found]])
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (pathlib.Path(__file__).parent / "extremes.json").write_text(f'{json.dumps(head)[:-1]}, "cases": [\n{lines}\n]}}\n')
