"""Stories about traces that MLflow's own Python client lives through against our server, unchanged. Each prints `ok NAME`."""

import os
import time
import warnings

warnings.filterwarnings("ignore")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
os.environ.setdefault("MLFLOW_ENABLE_ASYNC_TRACE_LOGGING", "false")

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

THREE = mlflow.__version__.startswith("3.")
client = MlflowClient()


@mlflow.trace(span_type="CHAIN", attributes={"team": "sea", "depth": 3})
def ask(question):
    words = split(question)
    with mlflow.start_span(name="count", span_type="TOOL") as span:
        span.set_inputs({"words": words})
        span.set_outputs(len(words))
    return {"answer": len(words), "greeting": "größe ✓"}


@mlflow.trace
def split(question):
    return question.split()


@mlflow.trace
def failing(x):
    raise ValueError(f"no {x}")


def last():
    return mlflow.get_last_active_trace_id() if THREE else mlflow.get_last_active_trace().info.request_id


def got(trace_id):
    return mlflow.get_trace(trace_id) if THREE else client.get_trace(trace_id)


def found(experiment, filter_string=None, **more):
    where = {"locations": [experiment]} if THREE else {"experiment_ids": [experiment]}
    traces = client.search_traces(filter_string=filter_string, **where, **more)
    return [t.info.trace_id if THREE else t.info.request_id for t in traces]


def nested():
    experiment = mlflow.set_experiment("nested").experiment_id
    ask("how many words are these")
    trace = got(last())
    spans = {span.name: span for span in trace.data.spans}
    assert set(spans) == {"ask", "split", "count"}, set(spans)
    assert spans["split"].parent_id == spans["ask"].span_id and spans["ask"].parent_id is None
    assert spans["ask"].inputs == {"question": "how many words are these"}
    assert spans["ask"].outputs == {"answer": 5, "greeting": "größe ✓"}
    assert spans["count"].outputs == 5 and spans["count"].span_type == "TOOL"
    assert spans["ask"].attributes["team"] == "sea" and spans["ask"].attributes["depth"] == 3
    assert spans["ask"].start_time_ns <= spans["split"].start_time_ns <= spans["split"].end_time_ns <= spans["ask"].end_time_ns
    assert trace.info.status.name == "OK" if not THREE else trace.info.state.name == "OK"
    assert trace.info.tags["mlflow.traceName"] == "ask"
    assert found(experiment) == [last()]


def errors():
    experiment = mlflow.set_experiment("errors").experiment_id
    try:
        failing("way")
    except ValueError:
        pass
    failed = last()
    ask("fine")
    trace = got(failed)
    assert (trace.info.state if THREE else trace.info.status).name == "ERROR"
    [span] = trace.data.spans
    assert span.status.status_code.name == "ERROR" and "no way" in span.status.description
    assert [event.name for event in span.events] == ["exception"]
    assert found(experiment, "trace.status = 'ERROR'") == [failed]
    assert found(experiment, "trace.status = 'OK'") == [last()]


def search():
    experiment = mlflow.set_experiment("trace search").experiment_id
    ids = []
    for i in range(7):
        ask(f"question {i}")
        ids.append(last())
    client.set_trace_tag(ids[2], "color", "red")
    client.set_trace_tag(ids[3], "color", "blue")
    assert found(experiment, "tags.color = 'red'") == [ids[2]]
    client.delete_trace_tag(ids[2], "color")
    assert found(experiment, "tags.color = 'red'") == []
    assert found(experiment, order_by=["timestamp_ms ASC"]) == ids
    assert found(experiment, f"timestamp_ms > {int(time.time() * 1000) + 60_000}") == []
    assert len(found(experiment, "trace.name = 'ask' AND execution_time_ms < 60000")) == 7
    seen, token = [], None
    while True:
        where = {"locations": [experiment]} if THREE else {"experiment_ids": [experiment]}
        page = client.search_traces(max_results=3, page_token=token, order_by=["timestamp_ms DESC"], **where)
        seen += [t.info.trace_id if THREE else t.info.request_id for t in page]
        token = page.token
        if not token:
            break
    assert seen == ids[::-1]
    if THREE:
        assert len(mlflow.search_traces(locations=[experiment], return_type="list")) == 7
        assert found(experiment, "span.name = 'count'", max_results=2) == ids[:4:-1]
        assert found(experiment, "span.attributes.team = 'sea' AND span.type = 'TOOL'", max_results=1) == [ids[6]]
        assert found(experiment, "span.name = 'nobody'") == []
    try:
        found(experiment, "nonsense.a = 'x'")
        raise AssertionError("refused, it was expected")
    except MlflowException as error:
        assert error.error_code == "INVALID_PARAMETER_VALUE"


def deletion():
    experiment = mlflow.set_experiment("deletion").experiment_id
    ids = []
    for i in range(4):
        ask(f"question {i}")
        ids.append(last())
    by_id = {"trace_ids": [ids[0]]} if THREE else {"request_ids": [ids[0]]}
    assert client.delete_traces(experiment, **by_id) == 1
    assert client.delete_traces(experiment, max_timestamp_millis=int(time.time() * 1000) + 1000, max_traces=2) == 2
    assert found(experiment) == [ids[3]]


def linked():
    experiment = mlflow.set_experiment("linked").experiment_id
    with mlflow.start_run() as run:
        ask("in a run")
        inside = last()
    assert found(experiment, f"run_id = '{run.info.run_id}'") == [inside]
    if not THREE:
        return
    assert [t.info.trace_id for t in mlflow.search_traces(run_id=run.info.run_id, return_type="list")] == [inside]
    ask("outside")
    outside = last()
    client.link_traces_to_run([outside], run.info.run_id)
    assert set(found(experiment, f"run_id = '{run.info.run_id}'")) == {inside, outside}
    model = mlflow.set_active_model(name="answerer")
    ask("by a model")
    assert [t.info.trace_id for t in mlflow.search_traces(model_id=model.model_id, locations=[experiment], return_type="list")] == [last()]
    mlflow.clear_active_model()


def many_spans():
    experiment = mlflow.set_experiment("many").experiment_id
    with mlflow.start_span(name="root"):
        for i in range(200):
            with mlflow.start_span(name=f"step {i}") as span:
                span.set_attribute("i", i)
    assert len(got(last()).data.spans) == 201
    assert len(found(experiment)) == 1


if __name__ == "__main__":
    print(mlflow.__version__)
    for story in (nested, errors, search, deletion, linked, many_spans):
        story()
        print("ok", story.__name__, flush=True)
