"""Writes the values of scikit-learn that the tests of stats/performance are held against: performance.json. Needs scikit-learn."""
import json
import pathlib

import numpy as np
import sklearn
from sklearn import metrics
from sklearn.isotonic import IsotonicRegression

random = np.random.default_rng(7)


def classified(rows, classes, good):
    actual = random.integers(0, classes, rows)
    raw = random.normal(0, 1, (rows, classes)).round(1)  # rounded: ties
    raw[np.arange(rows), actual] += good
    scores = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
    scores = np.floor(scores * 256) / 256  # sums are exact, and ties are ties
    scores[np.arange(rows), scores.argmax(axis=1)] += 1 - scores.sum(axis=1)
    predicted = scores.argmax(axis=1)
    present = len(set(actual)) == classes
    auroc = None
    if present:
        auroc = metrics.roc_auc_score(actual, scores[:, 1]) if classes == 2 else metrics.roc_auc_score(actual, scores, multi_class="ovr")
    return {
        "classes": classes,
        "actual": actual.tolist(),
        "predicted": predicted.tolist(),
        "scores": scores.tolist(),
        "accuracy": metrics.accuracy_score(actual, predicted),
        "f1_macro": metrics.f1_score(actual, predicted, average="macro"),
        "auroc": auroc,
        "log_loss": metrics.log_loss(actual, scores, labels=list(range(classes))),
    }


def regressed(rows):
    actual = random.normal(3, 2, rows)
    predicted = actual + random.normal(0.1, 0.5, rows)
    return {
        "actual": actual.tolist(),
        "predicted": predicted.tolist(),
        "mae": metrics.mean_absolute_error(actual, predicted),
        "rmse": metrics.root_mean_squared_error(actual, predicted),
        "r2": metrics.r2_score(actual, predicted),
    }


def fitted(n):
    values, weights = random.normal(0, 1, n).round(1) + np.linspace(0, 2, n), random.integers(1, 9, n).astype(float)
    return {"values": values.tolist(), "weights": weights.tolist(), "fitted": IsotonicRegression().fit(np.arange(n), values, weights).predict(np.arange(n)).tolist()}


cases = {
    "sklearn": sklearn.__version__,
    "classified": [classified(rows, classes, good) for rows, classes, good in [(40, 2, 1), (60, 3, 1.5), (25, 5, 0.2), (80, 2, 0), (1, 2, 1), (50, 10, 2)]],
    "regressed": [regressed(rows) for rows in (2, 20, 100)],
    "isotonic": [fitted(n) for n in (1, 5, 32, 60)],
}
(pathlib.Path(__file__).parent / "performance.json").write_text(json.dumps(cases) + "\n")
