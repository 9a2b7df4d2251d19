"""Stories that MLflow's own Python client lives through against our server, unchanged. Each prints `ok NAME`; the first that fails ends the program."""

import hashlib
import math
import os
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")

import mlflow
import numpy as np
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException
from sklearn.linear_model import LogisticRegression

THREE = mlflow.__version__.startswith("3.")
FEATURES = np.array([[0.0], [1.0], [2.0], [3.0]])
LABELS = np.array([0, 0, 1, 1])
client = MlflowClient()


def refused(code, act):
    try:
        act()
    except MlflowException as error:
        assert error.error_code == code, (error.error_code, str(error))
        return str(error)
    raise AssertionError(f"expected {code}")


def fluent():
    mlflow.set_experiment("fluent")
    with mlflow.start_run(run_name="first", tags={"team": "sea"}, description="a note") as run:
        mlflow.log_param("rate", 0.1)
        mlflow.log_params({"depth": 3, "name": "größe"})
        for step in range(20):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)
        mlflow.log_metrics({"accuracy": 0.5, "nothing": float("nan"), "endless": float("inf")})
        mlflow.set_tags({"a": "1", "b.c": "2"})
        mlflow.log_text("hello", "notes/a.txt")
        mlflow.log_dict({"a": 1}, "settings.json")
        with mlflow.start_run(nested=True):
            mlflow.log_metric("inner", 1)
    found = client.get_run(run.info.run_id)
    assert found.info.status == "FINISHED" and found.info.run_name == "first"
    assert found.data.params == {"rate": "0.1", "depth": "3", "name": "größe"}
    assert found.data.metrics["loss"] == 0.05 and math.isnan(found.data.metrics["nothing"])
    assert found.data.metrics["endless"] == 1.7976931348623157e308
    assert found.data.tags["team"] == "sea" and found.data.tags["mlflow.note.content"] == "a note"
    assert [m.step for m in client.get_metric_history(run.info.run_id, "loss")] == list(range(20))
    assert mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/notes/a.txt") == "hello"
    assert mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/settings.json") == {"a": 1}


def failed_run():
    try:
        with mlflow.start_run() as run:
            raise ValueError("on purpose")
    except ValueError:
        pass
    assert client.get_run(run.info.run_id).info.status == "FAILED"


def experiments():
    made = client.create_experiment("made", tags={"k": "v"})
    assert client.get_experiment(made).tags == {"k": "v"}
    assert client.get_experiment_by_name("nobody") is None
    refused("RESOURCE_ALREADY_EXISTS", lambda: client.create_experiment("made"))
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_experiment("987654"))
    client.rename_experiment(made, "renamed")
    client.set_experiment_tag(made, "x", "y")
    assert [e.name for e in client.search_experiments(filter_string="tags.x = 'y'")] == ["renamed"]
    client.delete_experiment(made)
    assert client.get_experiment(made).lifecycle_stage == "deleted"
    assert "renamed" in [e.name for e in client.search_experiments(view_type=ViewType.DELETED_ONLY)]
    client.restore_experiment(made)
    assert client.get_experiment(made).lifecycle_stage == "active"


def batches():
    run_id = client.create_run("0").info.run_id
    metrics = [Metric(f"m{i % 7}", float(i), i, i) for i in range(2500)]
    client.log_batch(run_id, metrics[:1000], [Param(f"p{i}", str(i)) for i in range(0)], [])
    client.log_batch(run_id, metrics[1000:2000], [], [RunTag(f"t{i}", "v") for i in range(0)])
    client.log_batch(run_id, metrics[2000:])
    client.log_batch(run_id, params=[Param(f"p{i}", str(i)) for i in range(100)], tags=[RunTag(f"t{i}", "v") for i in range(100)])
    found = client.get_run(run_id).data
    assert found.metrics["m0"] == 2499.0 and len(found.metrics) == 7 and len(found.params) == 100
    assert len(client.get_metric_history(run_id, "m3")) == 357
    said = refused("INVALID_PARAMETER_VALUE", lambda: client.log_batch(run_id, params=[Param("p1", "other")]))
    assert "Changing param values is not allowed" in said
    client.set_terminated(run_id, "KILLED")
    assert client.get_run(run_id).info.status == "KILLED"
    client.delete_run(run_id)
    refused("INVALID_PARAMETER_VALUE", lambda: client.log_metric(run_id, "m", 1))
    client.restore_run(run_id)


def search():
    experiment = client.create_experiment("search")
    for i in range(25):
        run = client.create_run(experiment, run_name=f"run {i}", tags={"kind": "even" if i % 2 == 0 else "odd"})
        client.log_batch(run.info.run_id, [Metric("score", i / 10, 0, 0)], [Param("i", str(i))])
    found = mlflow.search_runs([experiment], "metrics.score > 1 and tags.kind = 'odd' and params.i LIKE '1%'", order_by=["metrics.score DESC"])
    assert list(found["params.i"]) == ["19", "17", "15", "13", "11"]
    seen, token = [], None
    while True:
        page = client.search_runs([experiment], order_by=["metrics.score ASC"], max_results=10, page_token=token)
        seen += [run.data.params["i"] for run in page]
        token = page.token
        if not token:
            break
    assert seen == [str(i) for i in range(25)]
    refused("INVALID_PARAMETER_VALUE", lambda: client.search_runs([experiment], "nonsense.a = 'x'"))


def artifacts():
    run_id = client.create_run("0").info.run_id
    sizes = {"empty": 0, "one": 1, "big": 100 * 1024 * 1024}
    with tempfile.TemporaryDirectory() as folder:
        for name, size in sizes.items():
            block = hashlib.sha256(name.encode()).digest() * 32768
            with open(os.path.join(folder, name), "wb") as file:
                for at in range(0, size, len(block)):
                    file.write(block[: size - at])
        client.log_artifacts(run_id, folder, "files/deep")
        assert {f.path: f.file_size for f in client.list_artifacts(run_id, "files/deep")} == {f"files/deep/{n}": s for n, s in sizes.items()}
        back = client.download_artifacts(run_id, "files/deep", tempfile.mkdtemp(dir=folder))
        for name in sizes:
            with open(os.path.join(folder, name), "rb") as left, open(os.path.join(back, name), "rb") as right:
                assert hashlib.sha256(left.read()).digest() == hashlib.sha256(right.read()).digest(), name
        wish = {"MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD": "true", "MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD": "true", "MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE": "1"}
        os.environ.update(wish)  # a client that asks for parts takes the plain way
        client.log_artifact(run_id, os.path.join(folder, "one"), "parts")
        assert os.path.getsize(client.download_artifacts(run_id, "parts/one", tempfile.mkdtemp(dir=folder))) == 1
        for name in wish:
            del os.environ[name]
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.list_artifacts("0" * 32))


def datasets():
    data = mlflow.data.from_numpy(FEATURES, targets=LABELS, name="digits")
    with mlflow.start_run() as run:
        mlflow.log_input(data, context="training")
    used = client.get_run(run.info.run_id).inputs.dataset_inputs
    assert [(one.dataset.name, one.tags[0].value) for one in used] == [("digits", "training")]


def autolog():
    mlflow.sklearn.autolog(log_models=False)
    with mlflow.start_run() as run:
        LogisticRegression(C=0.5).fit(FEATURES, LABELS)
    mlflow.sklearn.autolog(disable=True)
    found = client.get_run(run.info.run_id).data
    assert found.params["C"] == "0.5" and found.metrics["training_accuracy_score"] == 1.0


def log_a_model(registered=None):
    place = {"name": "model"} if THREE else {"artifact_path": "model"}
    with mlflow.start_run() as run:
        model = LogisticRegression().fit(FEATURES, LABELS)
        info = mlflow.sklearn.log_model(model, **place, registered_model_name=registered, serialization_format="cloudpickle")
    return run, info


def models():
    run, info = log_a_model()
    assert list(mlflow.pyfunc.load_model(info.model_uri).predict(FEATURES)) == [0, 0, 1, 1]
    assert list(mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model").predict(FEATURES)) == [0, 0, 1, 1]
    if THREE:
        logged = mlflow.get_logged_model(info.model_id)
        assert str(logged.status) == "READY" and logged.source_run_id == run.info.run_id
        mlflow.log_metric("later", 0.5, run_id=run.info.run_id, model_id=info.model_id)
        assert [one.model_id for one in mlflow.search_logged_models(filter_string="metrics.later > 0.4", output_format="list")] == [info.model_id]


def registry():
    name = "registered"
    run, info = log_a_model(registered=name)
    version = mlflow.register_model(info.model_uri, name)
    assert version.version in (2, "2") and version.run_id == run.info.run_id
    client.set_registered_model_alias(name, "champion", version.version)
    client.set_registered_model_tag(name, "team", "sea")
    client.set_model_version_tag(name, version.version, "passed", "yes")
    client.update_model_version(name, version.version, description="the second")
    client.transition_model_version_stage(name, version.version, "Production", archive_existing_versions=True)
    for uri in (f"models:/{name}@champion", f"models:/{name}/1", f"models:/{name}/Production"):
        assert list(mlflow.pyfunc.load_model(uri).predict(FEATURES)) == [0, 0, 1, 1], uri
    assert client.get_model_version_by_alias(name, "champion").description == "the second"
    found = client.search_model_versions(f"name = '{name}'", order_by=["version_number DESC"])
    assert [(str(v.version), v.current_stage) for v in found] == [("2", "Production"), ("1", "None")]
    assert [m.name for m in client.search_registered_models("tags.team = 'sea'")] == [name]
    refused("RESOURCE_ALREADY_EXISTS", lambda: client.create_registered_model(name))
    client.delete_model_version(name, "1")
    client.rename_registered_model(name, "renamed")
    client.delete_registered_model("renamed")
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_registered_model(name))


def prompts():
    if not THREE:
        return
    mlflow.genai.register_prompt(name="ask", template="Say {{word}}")
    assert mlflow.genai.load_prompt("prompts:/ask/1").format(word="hi") == "Say hi"
    assert [m.name for m in client.search_registered_models()] == []


if __name__ == "__main__":
    print(mlflow.__version__)
    for story in (fluent, failed_run, experiments, batches, search, artifacts, datasets, autolog, models, registry, prompts):
        story()
        print("ok", story.__name__, flush=True)
