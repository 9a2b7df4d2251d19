"""Times the Python client as it is, against the server of MLFLOW_TRACKING_URI. Prints one JSON object: the median of each call in ms.

Arguments: name of an experiment with at least 1,000 runs, rounds of search.
"""

import json
import statistics
import sys
import time

import mlflow
from mlflow.entities import Metric

crowded, rounds = sys.argv[1], int(sys.argv[2])


def median_ms(times, call):
    seen = []
    for n in range(times):
        began = time.perf_counter()
        call(n)
        seen.append((time.perf_counter() - began) * 1000)
    return statistics.median(seen)


client = mlflow.MlflowClient()
mlflow.set_experiment("python-client")
with mlflow.start_run() as run:
    mlflow.log_metric("warm", 1.0)
    found = {
        "log_metric": median_ms(150, lambda n: mlflow.log_metric("loss", n * 0.5, step=n)),
        "log_batch": median_ms(
            40, lambda n: client.log_batch(run.info.run_id, [Metric("key", float(i), 1_760_000_000_000 + i, n * 1000 + i) for i in range(1000)])
        ),
    }
search = lambda _: mlflow.search_runs(experiment_names=[crowded], max_results=1000)
assert len(search(0)) == 1000
found["search_runs"] = median_ms(rounds, search)
print(json.dumps(found))
