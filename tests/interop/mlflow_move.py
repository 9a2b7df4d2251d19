"""Fills a store of MLflow (`write`), or reads one (`read`), and prints what is in it as one JSON object: the same before a copy and after it.

The store is the one of MLFLOW_TRACKING_URI.
"""

import json
import sys

import mlflow
import pandas
from sklearn.linear_model import LogisticRegression

rows = pandas.DataFrame({"a": [0.0, 1.0, 2.0, 3.0]})


def write():
    mlflow.set_experiment("moving")
    mlflow.set_experiment_tag("team", "vision")
    for n in range(3):
        with mlflow.start_run(run_name="run %d" % n):
            mlflow.log_params({"depth": n, "note": "it's \"quoted\", and\nlong: " + "x" * 200})
            for step in range(50):
                mlflow.log_metric("loss", 1 / (step + 1 + n), step=step)
            mlflow.log_metric("odd/one", float("nan"))
            mlflow.log_text("text %d" % n, "notes/deep er/ä.txt")
            mlflow.log_input(mlflow.data.from_pandas(rows, name="rows"), context="training")
            model = LogisticRegression().fit(rows, [0, 0, 1, 1])
            mlflow.sklearn.log_model(model, "model", registered_model_name="mover", serialization_format="cloudpickle", pip_requirements=["scikit-learn"])
    client = mlflow.MlflowClient()
    client.set_registered_model_alias("mover", "champion", "2")
    client.set_model_version_tag("mover", "1", "checked", "yes")
    client.update_registered_model("mover", description="moves")


def models_of(run):
    """The logged models that the run made, by name: 2.x has none."""
    made = getattr(getattr(run, "outputs", None), "model_outputs", [])
    return [[mlflow.get_logged_model(one.model_id).name, one.step] for one in made]


def read():
    client = mlflow.MlflowClient()
    experiment = client.get_experiment_by_name("moving")
    runs = client.search_runs([experiment.experiment_id], order_by=["attributes.start_time ASC"])
    model = client.get_registered_model("mover")
    ours = lambda tags: {key: value for key, value in tags.items() if not key.startswith("holdfast.")}
    return {
        "experiment": dict(experiment.tags),
        "runs": [
            {
                "id": run.info.run_id,
                "name": run.info.run_name,
                "status": run.info.status,
                "times": [run.info.start_time, run.info.end_time],
                "params": run.data.params,
                "metrics": {key: str(value) for key, value in run.data.metrics.items()},
                "tags": ours(run.data.tags),
                "loss": [[m.value, m.timestamp, m.step] for m in client.get_metric_history(run.info.run_id, "loss")],
                "note": mlflow.artifacts.load_text(run.info.artifact_uri + "/notes/deep er/ä.txt"),
                "inputs": [i.dataset.name for i in run.inputs.dataset_inputs],
                "made": models_of(client.get_run(run.info.run_id)),
            }
            for run in runs
        ],
        "versions": sorted((int(v.version), v.run_id, ours(v.tags)) for v in client.search_model_versions("name='mover'")),
        "model": [model.description, {alias: int(version) for alias, version in model.aliases.items()}],
        "predicted": [int(p) for p in mlflow.pyfunc.load_model("models:/mover@champion").predict(rows)],
    }


if sys.argv[1] == "write":
    write()
print(json.dumps(read(), sort_keys=True, default=str))
