"""Writes knn.json: what scikit-learn and SciPy say of votes and tails, and what a plain second implementation says of condensing and of trials.

Run it with scikit-learn 1.9 beside it, and only where a rule of packages/stats/src/knn changes. Nothing of ours is imported.
"""

import json
import pathlib

import numpy as np
from scipy.spatial.distance import cdist
from scipy.stats import binom, fisher_exact
from sklearn.neighbors import KNeighborsClassifier

here = pathlib.Path(__file__).resolve().parent
rng = np.random.default_rng(20260801)
ALGORITHM = {"euclidean": "ball_tree", "manhattan": "ball_tree", "cosine": "brute"}
NAMES = {"euclidean": "euclidean", "manhattan": "cityblock", "cosine": "cosine"}


def rows(count, width):
    return np.round(rng.normal(size=(count, width)) * 256) / 256


def vote(metric, weighted, k, samples, width, classes):
    x, y, asked = rows(samples, width), rng.integers(0, classes, samples), rows(12, width)
    asked[0] = x[3]
    y[: min(classes, samples)] = np.arange(min(classes, samples))
    model = KNeighborsClassifier(min(k, samples), weights="distance" if weighted else "uniform", metric=metric, algorithm=ALGORITHM[metric])
    model.fit(x, y)
    if metric == "cosine":
        asked[0] = rows(1, width)[0]  # scikit-learn says 1e-16 of a vector and itself, which then is no longer the same
    nearest = model.kneighbors(x, 2)[0][:, 1] if samples > 1 else np.array([np.nan])
    typical = float(np.median(nearest))
    return {
        "settings": {"distance_metric": metric, "weight_by_distance": weighted, "k": k, "max_samples": 500},
        "samples": x.tolist(),
        "labels": y.tolist(),
        "queries": asked.tolist(),
        "label": model.predict(asked).tolist(),
        "probabilities": model.predict_proba(asked).tolist(),
        "novelty": (model.kneighbors(asked, 1)[0][:, 0] / typical).tolist(),
    }


def order(distances):
    """Nearest first; equal as float32 means equal, then the newest."""
    keys = np.float32(distances)
    return sorted(range(len(keys)), key=lambda i: (keys[i], -i))


def label_of(x, y, query, k, metric):
    if len(y) == 0:
        return -1
    d = cdist([query], x, NAMES[metric])[0]
    near = order(d)[:k]
    weights = {}
    for i in near:
        w = float(d[i] == 0) if d[near[0]] == 0 else 1 / d[i]
        weights[y[i]] = weights.get(y[i], 0.0) + w
    total = sum(weights.values())
    best = max(weights.values()) / total
    return min(c for c, w in weights.items() if w / total >= best - 1e-12)


def goes(x, y, k, metric):
    d = cdist(x, x, NAMES[metric])
    np.fill_diagonal(d, np.inf)
    y = np.array(y)
    counts = np.bincount(y)
    places = [i for i in range(len(y)) if counts[y[i]] == counts.max()]

    def contradicted(i):
        near = [j for j in order(d[i])[:k] if j != i]
        return 2 * sum(1 for j in near if j > i and y[j] != y[i]) > len(near)

    bad = [i for i in places if contradicted(i)]

    def gap(i):
        others = [np.float32(d[i, j]) for j in range(len(y)) if j != i and y[j] == y[i]]
        return min(others) if others else np.inf

    return min(bad or places, key=lambda i: (gap(i), i))


def story(classes, width, spread, honest, then, count, k=5, metric="euclidean", max_samples=30, seed=4):
    """Truths one after the other: `held` is set when the first `max_samples` are there, and again, before the next truth, where a trial stood."""
    global rng
    rng = np.random.default_rng(seed)
    centres = rows(classes, width) * spread
    x, y, ids, held, window, truths, doubts, before, due, steps = [], [], [], None, [], 0, 0, None, False, []
    for i in range(count):
        cls = int(rng.integers(0, classes))
        features = np.round((centres[cls] + rng.normal(size=width)) * 256) / 256
        if i >= honest:
            cls = int(rng.integers(0, classes)) if then == "shuffled" or (then == "burst" and i < honest + 50) else (cls + 1) % classes if then == "swapped" else cls
        if i == max_samples or (due and held is not None):
            before = sum(a for a, _ in window) if due else before
            held, window, truths, doubts, due = (list(x), list(y), list(ids)), [], 0, 0, False
        mine, theirs = label_of(x, y, features, k, metric) == cls, held is not None and label_of(held[0], held[1], features, k, metric) == cls
        x, y, ids = x + [features], y + [cls], ids + [i]
        if len(x) > max_samples:
            gone = goes(np.array(x), y, k, metric)
            x, y, ids = [[one for j, one in enumerate(part) if j != gone] for part in (x, y, ids)]
        verdict = "goes on"
        if held is not None:
            window, truths = (window + [(mine, theirs)])[-50:], truths + 1
            alone, head_alone = sum(b and not a for a, b in window), sum(a and not b for a, b in window)
            if truths % 10 == 0:
                if binom.sf(alone - 1, alone + head_alone, 0.5) < 0.002:
                    verdict = "worse"
                elif len(window) == 50:
                    now = sum(a for a, _ in window)
                    fell = before is not None and fisher_exact([[50 - now, now], [50 - before, before]], alternative="greater")[1] < 0.01
                    doubts = doubts + 1 if fell and chance_alone(x, y, metric) else 0
                    verdict = "unlearnable" if doubts == 2 else "stood" if doubts == 0 and head_alone >= alone else "goes on"
            if verdict == "stood":
                due = True
            if verdict in ("worse", "unlearnable"):
                x, y, ids = list(held[0]), list(held[1]), list(held[2])
                window, truths, doubts, due = [], 0, 0, False
        steps.append({"features": features.tolist(), "label": cls, "verdict": verdict, "kept": list(ids)})
    kept_rarely = [{**step, "kept": step["kept"] if i % 10 == 9 or step["verdict"] != "goes on" else None} for i, step in enumerate(steps)]
    return {"settings": {"k": k, "distance_metric": metric, "max_samples": max_samples, "weight_by_distance": True}, "classes": classes, "steps": kept_rarely}


def chance_alone(x, y, metric):
    x, y = np.array(x[-25:]), y[-25:]
    d = cdist(x, x, NAMES[metric])
    np.fill_diagonal(d, np.inf)
    right = sum(y[order(d[i])[0]] == y[i] for i in range(len(y)))
    chance = sum(a == b for i, a in enumerate(y) for j, b in enumerate(y) if i != j) / (len(y) * (len(y) - 1))
    return binom.sf(right - 1, len(y), chance) > 0.05


made = {
    "about": "made by make-knn.py",
    "votes": [vote(m, w, k, n, f, c) for m in ALGORITHM for w in (False, True) for k, n, f, c in ((1, 20, 8, 2), (5, 30, 9, 3), (7, 4, 16, 2))],
    "binomial": [{"hits": h, "n": n, "chance": p, "is": float(binom.sf(h - 1, n, p))} for n in (0, 1, 7, 25, 50) for h in {0, n // 3, n // 2, n} for p in (0.1, 0.5, 0.9)],
    "fisher": [{"before": b, "now": n, "is": float(fisher_exact([[50 - n, n], [50 - b, b]], alternative="greater")[1])} for b in (0, 25, 44, 50) for n in (0, 10, 25, 37, 50)],
    "stories": [
        story(3, 8, 1.0, 400, "", 200),
        story(3, 8, 1.5, 200, "shuffled", 330),
        story(2, 6, 1.5, 110, "swapped", 260, metric="manhattan", k=3),
        story(6, 8, 2.0, 110, "burst", 220, k=3, metric="cosine", max_samples=60),
    ],
}
(here / "knn.json").write_text(json.dumps(made).replace("], [", "],\n[") + "\n", encoding="utf-8")
for one in made["stories"]:
    print([(i, step["verdict"]) for i, step in enumerate(one["steps"]) if step["verdict"] != "goes on"])
