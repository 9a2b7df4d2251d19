// tests/interop: MLflow's own Java client, unchanged: tracking, search, paging, errors and the registry.
// Arguments: the address of the server, a token, then the names of the stories.
// Prints a line for each story that held; ends with another status where one did not.
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mlflow.api.proto.ModelRegistry.ModelVersion;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.ActiveRun;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowContext;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.Page;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;
import org.mlflow.tracking.creds.MlflowHostCredsProvider;

public class Stories {
  static MlflowClient client;
  static String experiment;

  public static void main(String[] arguments) throws Exception {
    BasicMlflowHostCreds signIn = new BasicMlflowHostCreds(arguments[0], arguments[1]);
    client = new MlflowClient((MlflowHostCredsProvider) signIn);
    for (String story : Arrays.asList(arguments).subList(2, arguments.length)) Stories.class.getDeclaredMethod(story).invoke(null);
    client.close();
  }

  static void experiments() {
    experiment = client.createExperiment("java");
    same("java", client.getExperiment(experiment).getName());
    client.setExperimentTag(experiment, "team", "edge");
    client.renameExperiment(experiment, "java client");
    Optional<Experiment> found = client.getExperimentByName("java client");
    same("edge", found.get().getTags(0).getValue());
    same(false, client.getExperimentByName("java").isPresent());
    client.deleteExperiment(experiment);
    same("deleted", client.getExperiment(experiment).getLifecycleStage());
    client.restoreExperiment(experiment);
    same(true, client.searchExperiments().getItems().stream().anyMatch(one -> one.getExperimentId().equals(experiment)));
    done("experiments");
  }

  static void fluent() {
    MlflowContext context = new MlflowContext(client);
    context.setExperimentId(experiment);
    ActiveRun run = context.startRun("first");
    run.logParam("alpha", "0.5");
    for (int step = 0; step < 3; step++) run.logMetric("loss", 1.0 / (step + 1), step);
    run.setTag("kind", "java");
    run.endRun();
    Run seen = client.getRun(run.getId());
    same(RunStatus.FINISHED, seen.getInfo().getStatus());
    same("alpha=0.5", seen.getData().getParams(0).getKey() + "=" + seen.getData().getParams(0).getValue());
    List<Double> history = client.getMetricHistory(run.getId(), "loss").stream().map(Metric::getValue).collect(Collectors.toList());
    same(Arrays.asList(1.0, 0.5, 1.0 / 3), history);
    client.deleteTag(run.getId(), "kind");
    same(false, client.getRun(run.getId()).getData().getTagsList().stream().anyMatch(tag -> tag.getKey().equals("kind")));
    client.deleteRun(run.getId());
    client.restoreRun(run.getId());
    same("active", client.getRun(run.getId()).getInfo().getLifecycleStage());
    done("fluent");
  }

  static void batches() {
    RunInfo run = client.createRun(experiment);
    List<Metric> metrics = Arrays.asList(
        Metric.newBuilder().setKey("nan").setValue(Double.NaN).setTimestamp(1).setStep(0).build(),
        Metric.newBuilder().setKey("large").setValue(Double.POSITIVE_INFINITY).setTimestamp(1).setStep(-5).build());
    client.logBatch(run.getRunId(), metrics, Arrays.asList(Param.newBuilder().setKey("p").setValue("Grüße").build()),
        Arrays.asList(RunTag.newBuilder().setKey("t").setValue("1").build()));
    Run seen = client.getRun(run.getRunId());
    Metric nan = seen.getData().getMetricsList().stream().filter(one -> one.getKey().equals("nan")).findFirst().get();
    same(true, Double.isNaN(nan.getValue()));
    Metric large = seen.getData().getMetricsList().stream().filter(one -> one.getKey().equals("large")).findFirst().get();
    same(Double.MAX_VALUE, large.getValue());
    same(-5L, large.getStep());
    same("Grüße", seen.getData().getParams(0).getValue());
    client.setTerminated(run.getRunId(), RunStatus.FAILED);
    same(RunStatus.FAILED, client.getRun(run.getRunId()).getInfo().getStatus());
    done("batches");
  }

  static void pages() {
    String many = client.createExperiment("java pages");
    for (int n = 0; n < 25; n++) client.logMetric(client.createRun(many).getRunId(), "n", n);
    Page<Run> page = client.searchRuns(Arrays.asList(many), "metrics.n >= 5", ViewType.ACTIVE_ONLY, 8, Arrays.asList("metrics.n ASC"));
    int seen = page.getPageSize();
    same(5.0, page.getItems().iterator().next().getData().getMetrics(0).getValue());
    while (page.hasNextPage()) {
      page = page.getNextPage();
      seen += page.getPageSize();
    }
    same(20, seen);
    done("pages");
  }

  static void refusals() {
    MlflowHttpException missing = refused(() -> client.getRun("0123456789abcdef0123456789abcdef"));
    same(404, missing.getStatusCode());
    same(true, missing.getBodyMessage().contains("RESOURCE_DOES_NOT_EXIST"));
    MlflowHttpException again = refused(() -> client.createExperiment("java pages"));
    same(400, again.getStatusCode());
    RunInfo run = client.createRun(experiment);
    client.logParam(run.getRunId(), "p", "1");
    same(400, refused(() -> client.logParam(run.getRunId(), "p", "2")).getStatusCode());
    done("refusals");
  }

  /** This client reads the registry; what changes it goes by its plain requests. */
  static void registry() {
    client.sendPost("registered-models/create", "{\"name\":\"java-model\"}");
    RunInfo run = client.createRun(experiment);
    String version = "{\"name\":\"java-model\",\"run_id\":\"" + run.getRunId() + "\",\"source\":\"" + run.getArtifactUri() + "\"}";
    client.sendPost("model-versions/create", version);
    client.sendPost("model-versions/create", version);
    client.sendPost("model-versions/transition-stage",
        "{\"name\":\"java-model\",\"version\":\"2\",\"stage\":\"Production\",\"archive_existing_versions\":false}");
    client.sendPatch("registered-models/update", "{\"name\":\"java-model\",\"description\":\"by Java\"}");
    same("by Java", client.getRegisteredModel("java-model").getDescription());
    same("2", client.getLatestVersions("java-model", Arrays.asList("Production")).get(0).getVersion());
    same("Production", client.getModelVersion("java-model", "2").getCurrentStage());
    same(2, client.searchModelVersions("name = 'java-model'").getItems().size());
    same(run.getArtifactUri(), client.getModelVersionDownloadUri("java-model", "1"));
    same(404, refused(() -> client.getRegisteredModel("nobody")).getStatusCode());
    done("registry");
  }

  /** It calls MLflow's own command line for these. */
  static void artifacts() throws Exception {
    RunInfo run = client.createRun(experiment);
    Path file = Files.createTempFile("java", ".txt");
    Files.write(file, "from Java".getBytes(StandardCharsets.UTF_8));
    client.logArtifact(run.getRunId(), file.toFile(), "notes");
    same("notes", client.listArtifacts(run.getRunId()).get(0).getPath());
    File back = client.downloadArtifacts(run.getRunId(), "notes");
    same("from Java", new String(Files.readAllBytes(back.toPath().resolve(file.getFileName())), StandardCharsets.UTF_8));
    done("artifacts");
  }

  static MlflowHttpException refused(Runnable call) {
    try {
      call.run();
    } catch (MlflowHttpException refusal) {
      return refusal;
    }
    throw new AssertionError("it was not refused");
  }

  static void same(Object expected, Object seen) {
    if (!expected.equals(seen)) throw new AssertionError("expected " + expected + ", saw " + seen);
  }

  static void done(String story) {
    System.out.println("ok " + story);
  }
}
