"""Writes the values of SciPy that the tests of stats are held against: NAME.json here, one case a line. Needs SciPy and NumPy; run it with the names of the
tests, or with none for all.

A sample is a recipe, "law count seed shift scale", that cases.ts makes into the same numbers, bit by bit: whole numbers of 32 bits from a counter
(mulberry32), then only +, -, *, / and square root. "error" stands for what SciPy raises, or answers with NaN.
"""
import json
import math
import pathlib
import random
import sys
import warnings

import numpy as np
import scipy
from scipy import spatial, stats

CASES = 200
OUT = pathlib.Path(__file__).parent


def words(seed, count):
    """mulberry32 is a hash of seed + i * step, so that all of its numbers are made at once."""
    with np.errstate(over="ignore"):
        state = np.uint32(seed) + (np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5))
        t = (state ^ (state >> np.uint32(15))) * (np.uint32(1) | state)
        t = (t + (t ^ (t >> np.uint32(7))) * (np.uint32(61) | t)) ^ t
        return t ^ (t >> np.uint32(14))


def uniform(seed, count):
    return (words(seed, count).astype(np.float64) + 0.5) / 4294967296.0


def normal(seed, count):
    """The sum of twelve uniforms less six: every partial sum is exact."""
    u = uniform(seed, 12 * count).reshape(count, 12)
    total = u[:, 0]
    for k in range(1, 12):
        total = total + u[:, k]
    return total - 6.0


def pareto(u):
    return 1.0 / (u * u)


def student2(u):
    return (2.0 * u - 1.0) / np.sqrt(2.0 * (u * (1.0 - u)))


def spiked(u):
    x = u.copy()
    x[::7] = np.inf
    x[3::11] = -np.inf
    return x


LAWS = {
    "uniform": uniform,
    "normal": normal,
    "t2": lambda s, n: student2(uniform(s, n)),
    "pareto": lambda s, n: pareto(uniform(s, n)),
    "tied": lambda s, n: np.floor(uniform(s, n) * 5.0),
    "coarse": lambda s, n: np.floor(normal(s, n) * 4.0) / 4.0,
    "constant": lambda s, n: np.ones(n),
    "spiked": lambda s, n: spiked(uniform(s, n)),
}


def sample(recipe):
    law, count, seed, shift, scale = recipe.split()
    return LAWS[law](int(seed), int(count)) * float(scale) + float(shift)


def counts(recipe):
    """"categories seed total zeros": shares from squares of uniforms, rounded down; every zeros-th is 0."""
    categories, seed, total, zeros = (int(word) for word in recipe.split())
    u = uniform(seed, categories)
    c = np.floor(u * u * total / categories) + (1 if zeros == 0 else 0)
    if zeros > 0:
        c[::zeros] = 0
    return c


SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 12, 20, 21, 24, 25, 30, 50, 100, 140, 300, 1000, 3000, 10000, 10001, 100000]


def recipes(rng, laws, case, largest=1_000_000, sizes=SIZES):
    if case < 4:  # the largest sizes: the same, unequal, shifted, and far apart
        sizes = [largest, largest if case != 1 else 123_457]
        shift = [0.0, 0.001, 0.002, 0.05][case]
        law = ["normal", "t2", "coarse", "uniform"][case]
        if law not in laws:
            law = "normal"
        return f"{law} {sizes[0]} {1000 + case} 0 1", f"{law} {sizes[1]} {2000 + case} {shift} 1"
    law = rng.choice(laws)
    other = law if rng.random() < 0.8 else rng.choice(laws)
    n = rng.choice(sizes)
    m = n if rng.random() < 0.4 else rng.choice(sizes)
    shift = rng.choice([0, 0, 0, 0.1, 0.25, -0.5, 1, 3, 50])
    scale = rng.choice([1, 1, 1, 1.25, 0.5, 4])
    return f"{law} {n} {rng.randrange(2**31)} 0 1", f"{other} {m} {rng.randrange(2**31)} {shift} {scale}"


EVERY = ["uniform", "normal", "t2", "pareto", "tied", "coarse", "constant", "spiked"]
FINITE = EVERY[:-1]
VARIED = FINITE[:-1]  # of constants some of SciPy is the inverse of rounding errors


def options(rng, alternatives=("two-sided", "less", "greater"), methods=("auto", "exact", "asymptotic")):
    return rng.choice(alternatives), rng.choice(methods)


def ks(x, y, alternative, method):
    return stats.ks_2samp(x, y, alternative=alternative, method="asymp" if method == "asymptotic" else method)


def possible(name, n, m, method):
    """SciPy takes minutes or gigabytes beyond these sizes, or silently another method."""
    if name == "mannwhitney" and method == "auto" and min(n, m) <= 8:
        return n * m <= 40_000
    if method != "exact":
        return True
    if name == "ks":
        return n == m or n + m < 1000
    return n * m <= (900 if name == "cramervonmises" else 40_000)


TWO_SAMPLE = {
    "ks": (EVERY, True, True, ks),
    "cramervonmises": (EVERY, False, True, lambda x, y, a, m: stats.cramervonmises_2samp(x, y, method=m)),
    "anderson": (EVERY, False, False, lambda x, y, a, m: stats.anderson_ksamp([x, y])),
    "mannwhitney": (EVERY, True, True, lambda x, y, a, m: stats.mannwhitneyu(x, y, alternative=a, method=m)),
    "welch": (VARIED, True, False, lambda x, y, a, m: stats.ttest_ind(x, y, equal_var=False, alternative=a)),
    "epps-singleton": (VARIED, False, False, lambda x, y, a, m: stats.epps_singleton_2samp(x, y)),
    "wasserstein": (FINITE, False, False, lambda x, y, a, m: (stats.wasserstein_distance(x, y), None)),
    "energy": (FINITE, False, False, lambda x, y, a, m: (stats.energy_distance(x, y), None)),
}


def hellinger(p, q):
    return np.sqrt(np.sum((np.sqrt(p) - np.sqrt(q)) ** 2) / 2)


def stability(r, c):
    if (r == 0).any() or (c == 0).any():
        r, c = r + 0.5, c + 0.5
    p, q = r / r.sum(), c / c.sum()
    return np.sum((p - q) * np.log(p / q))


def z(r, c, alternative):
    """Two proportions, hits and misses, by the pooled share; of all or none nothing can be said."""
    n, m = r.sum(), c.sum()
    pooled = (r[0] + c[0]) / (n + m)
    if pooled in (0, 1):
        return 0, 1
    statistic = (r[0] / n - c[0] / m) / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return statistic, {"two-sided": 2 * stats.norm.sf(abs(statistic)), "less": stats.norm.cdf(statistic), "greater": stats.norm.sf(statistic)}[alternative]


def shares(r, c):
    return r / r.sum(), c / c.sum()


COUNTED = {
    "chisquare": lambda r, c, a: stats.chisquare(c, r * (c.sum() / r.sum())),
    "chisquare-contingency": lambda r, c, a: stats.chi2_contingency([r, c])[:2],
    "g": lambda r, c, a: stats.chi2_contingency([r, c], lambda_="log-likelihood")[:2],
    "fisher": lambda r, c, a: stats.fisher_exact([[int(v) for v in r], [int(v) for v in c]], alternative=a),
    "z": z,
    "jensenshannon": lambda r, c, a: (spatial.distance.jensenshannon(r, c), None),
    "kl": lambda r, c, a: (stats.entropy(r, c), None),
    "psi": lambda r, c, a: (stability(r, c), None),
    "hellinger": lambda r, c, a: (hellinger(*shares(r, c)), None),
    "total-variation": lambda r, c, a: (np.sum(np.abs(np.subtract(*shares(r, c)))) / 2, None),
}


SIDED = ["fisher", "z"]


def number(value):
    if value is None:
        return None
    value = float(value)
    return value if math.isfinite(value) else {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")


def outcome(call):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            found = call()
        except (ValueError, IndexError, TypeError, ArithmeticError, np.linalg.LinAlgError):
            return ["error", None]
    statistic, p_value = (found.statistic, found.pvalue) if hasattr(found, "pvalue") else found
    return [number(statistic), number(p_value)]


def sample_cases(name):
    laws, sided, methodical, test = TWO_SAMPLE[name]
    rng = random.Random(f"samples {name}")
    cases = []
    while len(cases) < CASES:
        x, y = recipes(rng, laws, len(cases))
        alternative, method = options(rng) if len(cases) >= 4 else ("two-sided", "auto")
        if not sided:
            alternative = "two-sided"
        if not methodical:
            method = "auto"
        n, m = int(x.split()[1]), int(y.split()[1])
        if not possible(name, n, m, method):
            continue
        cases.append([x, y, alternative, method, *outcome(lambda: test(sample(x), sample(y), alternative, method))])
    return cases


def counted_cases(name):
    rng = random.Random(f"counts {name}")
    cases = []
    while len(cases) < CASES:
        categories = 2 if name in SIDED else rng.choice([1, 2, 2, 3, 5, 10, 31, 100, 1000])
        zeros = rng.choice([0, 0, 0, 0, 2, 3, 7])
        r, c = (f"{categories} {rng.randrange(2**31)} {int(10 ** rng.uniform(1, 7))} {zeros}" for _ in range(2))
        if rng.random() < 0.5:  # the same shares, seen to another extent: nothing has changed
            c = f"{categories} {r.split()[1]} {c.split()[2]} {zeros}"
        alternative = rng.choice(["two-sided", "less", "greater"]) if name in SIDED else "two-sided"
        if counts(r).sum() == 0 or counts(c).sum() == 0:
            continue
        cases.append([r, c, alternative, "auto", *outcome(lambda: COUNTED[name](counts(r), counts(c), alternative))])
    return cases


def write(name, cases):
    head = {"test": name, "scipy": scipy.__version__, "numpy": np.__version__}
    lines = ",\n".join(json.dumps(case) for case in cases)
    (OUT / f"{name}.json").write_text(f'{json.dumps(head)[:-1]}, "cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    for each in sys.argv[1:] or [*TWO_SAMPLE, *COUNTED]:
        write(each, sample_cases(each) if each in TWO_SAMPLE else counted_cases(each))
