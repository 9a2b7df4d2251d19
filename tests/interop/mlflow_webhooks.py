"""Webhooks as MLflow's own Python client makes them, unchanged; the receiver is in this program. Prints `ok NAME` for each story."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import threading
import time
import warnings

warnings.filterwarnings("ignore")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")

import mlflow
from mlflow import MlflowClient
from mlflow.entities.webhook import WebhookStatus
from mlflow.exceptions import MlflowException

client = MlflowClient()
heard = []


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        heard.append((dict(self.headers.items()), body))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"thanks")

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/hook"
EVENTS = ["registered_model.created", "model_version.created", "model_version_tag.set", "model_version_alias.created"]


def until(count):
    for _ in range(300):
        if len(heard) >= count:
            return [json.loads(body) for _, body in heard]
        time.sleep(0.05)
    raise AssertionError(f"heard {len(heard)} of {count}")


def crud():
    hook = client.create_webhook(name="mine", url=url, events=EVENTS, secret="the key", description="for tests")
    assert [str(event) for event in hook.events] == EVENTS and hook.secret is None
    assert [one.webhook_id for one in client.list_webhooks()] == [hook.webhook_id]
    assert client.update_webhook(hook.webhook_id, name="renamed").name == "renamed"
    found = client.get_webhook(hook.webhook_id)
    assert found.name == "renamed" and found.url == url and found.status == WebhookStatus.ACTIVE
    tried = client.test_webhook(hook.webhook_id)
    assert tried.success and tried.response_status == 200 and tried.response_body == "thanks"
    heard.clear()


def delivered():
    client.create_registered_model("heard", description="a note")
    run = client.create_run("0").info
    client.create_model_version("heard", f"{run.artifact_uri}/model", run.run_id)
    client.set_model_version_tag("heard", "1", "passed", "yes")
    client.set_registered_model_alias("heard", "champion", "1")
    bodies = until(4)
    assert sorted(f"{b['entity']}.{b['action']}" for b in bodies) == sorted(EVENTS)
    data = {b["entity"]: b["data"] for b in bodies}
    assert data["registered_model"] == {"name": "heard", "tags": {}, "description": "a note"}
    assert data["model_version"]["run_id"] == run.run_id and data["model_version"]["version"] == "1"
    assert data["model_version_alias"] == {"name": "heard", "alias": "champion", "version": "1"}
    for headers, body in heard:
        of = {key.lower(): value for key, value in headers.items()}
        signed = f"{of['x-mlflow-delivery-id']}.{of['x-mlflow-timestamp']}.{body}".encode()
        digest = base64.b64encode(hmac.new(b"the key", signed, hashlib.sha256).digest()).decode()
        assert of["x-mlflow-signature"] == f"v1,{digest}"


def removed():
    [hook] = client.list_webhooks()
    client.delete_webhook(hook.webhook_id)
    try:
        client.get_webhook(hook.webhook_id)
        raise AssertionError("refused, it was expected")
    except MlflowException as error:
        assert error.error_code == "RESOURCE_DOES_NOT_EXIST"


if __name__ == "__main__":
    print(mlflow.__version__)
    for story in (crud, delivered, removed):
        story()
        print("ok", story.__name__, flush=True)
