# tests/interop: requests in the shape in which MLflow's own package for R sends them, by the same library: every scalar as text, integers perhaps
# as "1e+05", truth as "TRUE", what is missing left out, both names of a run's id. Written from the protocol; the package itself is not needed.
library(httr)

send <- function(verb, path, data = NULL, query = NULL) {
  url <- paste0(Sys.getenv("MLFLOW_TRACKING_URI"), "/api/2.0/mlflow/", path)
  signed <- add_headers(Authorization = paste("Bearer", Sys.getenv("MLFLOW_TRACKING_TOKEN")), `User-Agent` = "mlflow-r-client/2.22.0")
  body <- if (is.null(data)) NULL else rapply(data, as.character, how = "replace")
  VERB(verb, url, body = body, query = query, encode = "json", signed)
}
told <- function(...) {
  answer <- send(...)
  if (status_code(answer) != 200) stop(content(answer, "text", encoding = "UTF-8"))
  invisible(jsonlite::fromJSON(content(answer, "text", encoding = "UTF-8"), simplifyVector = FALSE))
}
same <- function(seen, expected) if (!identical(seen, expected)) stop("expected ", deparse(expected), ", saw ", deparse(seen))

experiment <- told("POST", "experiments/create", list(name = "by R", artifact_location = NULL, tags = list(list(key = "team", value = "r"))))$experiment_id
same(told("GET", "experiments/get-by-name", query = list(experiment_name = "by R"))$experiment$experiment_id, experiment)
many <- told("POST", "experiments/search", list(view_type = "ALL", max_results = 100000 / 2))$experiments
same(any(vapply(many, function(one) one$name == "by R", TRUE)), TRUE)

started <- told("POST", "runs/create", list(experiment_id = experiment, user_id = "rita", start_time = 1e12, tags = list(list(key = "mlflow.source.type", value = "LOCAL"))))
run <- started$run$info$run_uuid
same(started$run$info$start_time, 1e12)
for (value in c(0.25, 100000, NaN, Inf, -Inf)) {
  told("POST", "runs/log-metric", list(run_uuid = run, run_id = run, key = "loss", value = if (is.nan(value)) "NaN" else if (value == Inf) "Infinity" else if (value == -Inf) "-Infinity" else value, timestamp = 1e5, step = round(1e5)))
}
points <- told("GET", "metrics/get-history", query = list(run_uuid = run, run_id = run, metric_key = "loss"))$metrics
same(length(points), 5L)
same(unique(vapply(points, function(point) as.numeric(point$step), 0)), 1e5)
metrics <- data.frame(key = c("a", "b"), value = c(1, 2.5), step = c(0, 1e5), timestamp = c(1, 2))
told("POST", "runs/log-batch", list(run_id = run, metrics = metrics, params = data.frame(key = "wide", value = TRUE), tags = NULL))
told("POST", "runs/log-parameter", list(run_uuid = run, run_id = run, key = "rate", value = 0.1))
told("POST", "runs/set-tag", list(run_uuid = run, run_id = run, key = "kind", value = "test"))
told("POST", "runs/update", list(run_uuid = run, run_id = run, status = "FINISHED", end_time = 1e12 + 1e5))
seen <- told("GET", "runs/get", query = list(run_uuid = run, run_id = run))$run
same(seen$info$status, "FINISHED")
same(vapply(seen$data$params, function(param) paste(param$key, param$value), ""), c("rate 0.1", "wide TRUE"))
found <- told("POST", "runs/search", list(experiment_ids = list(experiment), filter = "metrics.b > 2", run_view_type = "ACTIVE_ONLY", order_by = list("metrics.b DESC")))
same(found$runs[[1]]$info$run_id, run)
told("POST", "runs/delete", list(run_id = run))
told("POST", "runs/restore", list(run_id = run))

told("POST", "registered-models/create", list(name = "from-r", tags = list(), description = NULL))
version <- told("POST", "model-versions/create", list(name = "from-r", source = seen$info$artifact_uri, run_id = run, description = "first"))$model_version
same(version$version, "1")
told("POST", "model-versions/transition-stage", list(name = "from-r", version = 1, stage = "Production", archive_existing_versions = FALSE))
latest <- told("GET", "registered-models/get-latest-versions", query = list(name = "from-r"))$model_versions
same(latest[[1]]$current_stage, "Production")
same(status_code(send("DELETE", "registered-models/delete", list(name = "from-r"))), 200L)
same(status_code(send("GET", "registered-models/get", query = list(name = "from-r"))), 404L)
cat("ok r\n")
