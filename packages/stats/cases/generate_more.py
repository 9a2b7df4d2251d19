"""Writes what more-cases.test.ts is held against: tests of more than two samples, of rows, and corrections of many p-values; 200 cases each. Needs SciPy, NumPy and
scikit-learn. Both sides make the samples from recipes (generate.py, cases.ts), and draw with the same generator, mulberry32: so that p of a random division is the
same as well.
"""
import json
import math
import pathlib
import random

import numpy as np
import sklearn
import scipy
from scipy import stats
from sklearn.linear_model import LogisticRegression

from generate import CASES, SIZES, outcome, sample, uniform, words

OUT = pathlib.Path(__file__).parent


class Draws:
    """Numbers in [0, 1), as src/detectors/random.ts has them."""

    def __init__(self, seed):
        self.numbers, self.at = words(seed, 2_000_000) / 4294967296.0, 0

    def shuffled(self, count):
        """R. Durstenfeld, 1964, from the end."""
        order = list(range(count))
        for i in range(count - 1, 0, -1):
            j = math.floor(self.numbers[self.at] * (i + 1))
            self.at += 1
            order[i], order[j] = order[j], order[i]
        return order


def rows(recipe, width):
    return sample(recipe).reshape(-1, width)


def anderson(rng):
    k = rng.choice([3, 3, 4, 5, 8])
    law = rng.choice(["uniform", "normal", "t2", "pareto", "tied", "coarse", "spiked"])
    sizes = [size for size in SIZES if size <= 1000]
    recipes = [f"{law} {rng.choice(sizes)} {rng.randrange(2**31)} {rng.choice([0, 0, 0, 0.1, 0.5])} {rng.choice([1, 1, 1, 1.25])}" for _ in range(k)]
    return [recipes, *outcome(lambda: stats.anderson_ksamp([sample(recipe) for recipe in recipes]))]


def row_recipes(rng, least, sizes):
    width = rng.choice([1, 1, 2, 3, 8])
    law = rng.choice(["uniform", "normal", "t2", "tied", "coarse"])
    shift, scale = rng.choice([0, 0, 0.3, 1]), rng.choice([1, 1, 2])
    x, y = (f"{law} {width * max(least, rng.choice(sizes))} {rng.randrange(2**31)} {a} {b}" for a, b in [(0, 1), (shift, scale)])
    return x, y, width, rng.randrange(2**32)


def mmd(rng, permutations=49):
    x, y, width, seed = row_recipes(rng, 2, [2, 3, 5, 10, 20, 40])
    a, b = rows(x, width), rows(y, width)
    n, m = len(a), len(b)
    pooled = np.vstack([a, b])
    squares = ((pooled[:, None] - pooled[None]) ** 2).sum(-1)
    unlike = np.sort(squares[np.tril_indices(n + m, -1)])
    unlike = unlike[unlike > 0]
    kernel = np.exp(-squares / (2 * unlike[len(unlike) // 2]))
    np.fill_diagonal(kernel, 0)

    def estimate(order):
        k = kernel[np.ix_(order, order)]
        return k[:n, :n].sum() / (n * (n - 1)) + k[n:, n:].sum() / (m * (m - 1)) - 2 * k[:n, n:].mean()

    statistic = estimate(range(n + m))
    draws = Draws(seed)
    as_large = sum(estimate(draws.shuffled(n + m)) >= statistic - 1e-12 for _ in range(permutations))
    return [x, y, width, seed, float(statistic), (1 + as_large) / (1 + permutations)]


def classifier(rng):
    x, y, width, seed = row_recipes(rng, 8, [8, 9, 20, 50, 100])
    a, b = rows(x, width), rows(y, width)
    draws, count = Draws(seed), min(len(a), len(b))
    a, b = a[draws.shuffled(len(a))[:count]], b[draws.shuffled(len(b))[:count]]
    middle = count // 2
    halves = [(np.vstack([a[part], b[part]]), np.repeat([0, 1], len(a[part]))) for part in [slice(0, middle), slice(middle, count)]]
    hits = [hits_of(halves[1], halves[0]), hits_of(halves[0], halves[1])]
    p_values = [stats.binom.sf(right - 1, len(labels), 0.5) for right, (_, labels) in zip(hits, halves)]
    return [x, y, width, seed, float(sum(hits) / (2 * count)), float(min(1, 2 * min(p_values)))]


def hits_of(learnt, judged):
    mean, spread = learnt[0].mean(axis=0), learnt[0].std(axis=0)

    def terms(values):
        z = np.clip(np.divide(values - mean, spread, out=np.zeros_like(values), where=spread > 0), -5, 5)
        return np.hstack([z, z * z - 1])

    model = LogisticRegression(C=1, solver="newton-cholesky", tol=1e-12, max_iter=1000).fit(terms(learnt[0]), learnt[1])
    return int((model.predict(terms(judged[0])) == judged[1]).sum())


def p_values(recipe):
    """"count seed power zeros": the power brings many near 0; every zeros-th is 0, and the first one 1."""
    count, seed, power, zeros = (int(word) for word in recipe.split())
    p = uniform(seed, count)
    for _ in range(power - 1):
        p = p * p
    if zeros > 0:
        p[::zeros] = 0
    if count > 0:
        p[0] = 1
    return p


def corrected(method):
    def case(rng):
        recipe = f"{rng.choice([1, 2, 3, 5, 20, 100, 1000, 30_000])} {rng.randrange(2**31)} {rng.choice([1, 1, 2, 4])} {rng.choice([0, 0, 3, 50])}"
        adjusted = stats.false_discovery_control(p_values(recipe), method=method)
        step = max(1, len(adjusted) // 20)
        return [recipe, step, [float(p) for p in adjusted[::step]]]

    return case


MORE = {"anderson-k": anderson, "mmd": mmd, "classifier": classifier, "bh": corrected("bh"), "by": corrected("by")}

if __name__ == "__main__":
    for name, case in MORE.items():
        rng = random.Random(f"more {name}")
        head = {"test": name, "scipy": scipy.__version__, "numpy": np.__version__, "sklearn": sklearn.__version__}
        lines = ",\n".join(json.dumps(case(rng)) for _ in range(CASES))
        (OUT / f"{name}.json").write_text(f'{json.dumps(head)[:-1]}, "cases": [\n{lines}\n]}}\n')
