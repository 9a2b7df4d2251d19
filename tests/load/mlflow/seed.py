"""Fills a database of MLflow with runs, faster than its server would take them, and makes its statistics current.

Arguments: SQLAlchemy address, experiment id, runs, metrics a run, params a run, tags a run, points of one metric of the first run.
"""

import random
import sys
import time

import sqlalchemy

uri, experiment, runs, metrics, params, tags, points = sys.argv[1], *map(int, sys.argv[2:8])
engine = sqlalchemy.create_engine(uri)
meta = sqlalchemy.MetaData()
meta.reflect(engine, only=["runs", "latest_metrics", "metrics", "params", "tags"])
table = meta.tables
drawn = random.Random(7)
now = int(time.time() * 1000)


def rows(count):
    for n in range(count):
        yield n, "%032x" % (n + 1)


def insert(connection, name, values):
    batch = []
    for value in values:
        batch.append(value)
        if len(batch) == 5000:
            connection.execute(table[name].insert(), batch)
            batch = []
    if batch:
        connection.execute(table[name].insert(), batch)


def point(run, key, value, step=0):
    return {"run_uuid": run, "key": key, "value": value, "timestamp": now, "step": step, "is_nan": False}


with engine.begin() as connection:
    insert(connection, "runs", ({
        "run_uuid": run, "name": "run-%d" % n, "source_type": "LOCAL", "source_name": "", "entry_point_name": "", "user_id": "load",
        "status": "FINISHED", "start_time": now - n * 1000, "end_time": now, "source_version": "", "lifecycle_stage": "active",
        "artifact_uri": "mlflow-artifacts:/%d/%s/artifacts" % (experiment, run), "experiment_id": experiment,
    } for n, run in rows(runs)))
    values = {(n, m): drawn.random() for n in range(runs) for m in range(metrics)}
    for name in ("metrics", "latest_metrics"):
        insert(connection, name, (point(run, "m%d" % m, values[n, m]) for n, run in rows(runs) for m in range(metrics)))
    insert(connection, "params", ({"run_uuid": run, "key": "p%d" % p, "value": "v%d" % ((n * 31 + p) % 997)} for n, run in rows(runs) for p in range(params)))
    insert(connection, "tags", ({"run_uuid": run, "key": "t%d" % t, "value": "w%d" % ((n + t) % 17)} for n, run in rows(runs) for t in range(tags)))
    first = "%032x" % 1
    insert(connection, "metrics", (point(first, "long", drawn.random(), step) for step in range(points)))
    if points:
        connection.execute(table["latest_metrics"].insert(), [point(first, "long", 0.5, points - 1)])
with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
    connection.execute(sqlalchemy.text("ANALYZE"))
