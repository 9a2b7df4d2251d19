"""examples/digits: the training step in Python, under the same contract as src/train.ts, for who would rather bring Python.

In: HOLDFAST_INPUT_DATASET, HOLDFAST_OUTPUT_MODEL, HOLDFAST_PARAMS_FILE (optional), HOLDFAST_SEED (optional).
Out: the ONNX file, metrics.json beside it, and `::metric` and `::progress` lines. Needs numpy and onnx, nothing else.
The network is one of its own (784, 128, 10, ReLU): what the contract fixes is the input [N, 1, 28, 28] and the ten scores.
"""
import json
import os
import struct
import sys
import time
from pathlib import Path

try:
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper
except ModuleNotFoundError as missing:
    sys.exit(f"The Python module {missing.name} is not installed, expected numpy and onnx: pip install numpy onnx")

HIDDEN = 128


def read_idx(path):
    raw = path.read_bytes()
    if raw[:3] != b"\x00\x00\x08":
        sys.exit(f"{path} is not an IDX file of bytes: it starts with {list(raw[:3])}, expected [0, 0, 8]")
    sizes = struct.unpack(f">{raw[3]}I", raw[4 : 4 + 4 * raw[3]])
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(sizes)


def read_pair(folder):
    return read_idx(folder / "images.idx").reshape(-1, 784), read_idx(folder / "labels.idx")


def read_dataset(folder, clean_images_max, collected_share):
    """Clean images, and the collected ones repeated to their share, as src/train.ts does it."""
    images, labels = (part[:clean_images_max] for part in read_pair(folder))
    pairs = [read_pair(path.parent) for path in sorted(folder.glob("*/**/images.idx"))]
    collected = sum(len(pair[1]) for pair in pairs)
    times = max(1, round(collected_share * len(labels) / collected)) if collected else 0
    return np.concatenate([images] + [pair[0] for pair in pairs] * times), np.concatenate([labels] + [pair[1] for pair in pairs] * times)


def forward(weights, batch):
    hidden = np.maximum(batch @ weights[0] + weights[1], 0)
    return hidden, hidden @ weights[2] + weights[3]


def gradients(weights, batch, labels):
    hidden, scores = forward(weights, batch)
    shares = np.exp(scores - scores.max(1, keepdims=True))
    shares /= shares.sum(1, keepdims=True)
    rows = np.arange(len(labels))
    loss = -np.log(shares[rows, labels] + 1e-12).mean()
    shares[rows, labels] -= 1
    delta = shares / len(labels)
    delta_hidden = (delta @ weights[2].T) * (hidden > 0)
    return loss, [batch.T @ delta_hidden, delta_hidden.sum(0), hidden.T @ delta, delta.sum(0)]


def train(images, labels, epochs, batch_size, rate, seed):
    random = np.random.default_rng(seed)
    weights = [random.normal(0, (2 / 784) ** 0.5, (784, HIDDEN)), np.zeros(HIDDEN), random.normal(0, (2 / HIDDEN) ** 0.5, (HIDDEN, 10)), np.zeros(10)]
    weights = [part.astype(np.float32) for part in weights]
    mean, square = [np.zeros_like(part) for part in weights], [np.zeros_like(part) for part in weights]
    steps = epochs * -(-len(labels) // batch_size)
    step = 0
    for _ in range(epochs):
        order = random.permutation(len(labels))
        for start in range(0, len(labels), batch_size):
            at = order[start : start + batch_size]
            step += 1
            loss, slopes = gradients(weights, images[at].astype(np.float32) / 255, labels[at])
            now = rate * (0.5 + 0.5 * np.cos(np.pi * step / steps))
            for i, slope in enumerate(slopes):
                mean[i] += 0.1 * (slope - mean[i])
                square[i] += 0.001 * (slope * slope - square[i])
                weights[i] -= (now * (mean[i] / (1 - 0.9**step)) / (np.sqrt(square[i] / (1 - 0.999**step)) + 1e-8)).astype(np.float32)
            if step % 50 == 0 or step == steps:
                print(f"::metric name=loss value={loss:.6f} step={step}\n::progress {step / steps:.3f}", flush=True)
    return weights


def to_onnx(weights):
    names = ["w1", "b1", "w2", "b2"]
    nodes = [
        helper.make_node("Flatten", ["image"], ["flat"], axis=1),
        helper.make_node("Gemm", ["flat", "w1", "b1"], ["hidden"]),
        helper.make_node("Relu", ["hidden"], ["active"]),
        helper.make_node("Gemm", ["active", "w2", "b2"], ["scores"]),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 1, 28, 28])
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", 10])
    graph = helper.make_graph(nodes, "digits", [image], [scores], [numpy_helper.from_array(part, name) for part, name in zip(weights, names)])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def write_whole(path, content):
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)


def main():
    for name in ("HOLDFAST_INPUT_DATASET", "HOLDFAST_OUTPUT_MODEL"):
        if not os.environ.get(name):
            print(f"{name} is not set", file=sys.stderr)
            return 2
    params = json.loads(Path(os.environ["HOLDFAST_PARAMS_FILE"]).read_text()) if os.environ.get("HOLDFAST_PARAMS_FILE") else {}
    seed = int(os.environ.get("HOLDFAST_SEED", params.get("seed", 1)))
    dataset = Path(os.environ["HOLDFAST_INPUT_DATASET"])
    images, labels = read_dataset(dataset, int(params.get("clean_images_max", 20_000)), float(params.get("collected_share", 0.5)))
    start = time.monotonic()
    weights = train(images, labels, int(params.get("epochs", 8)), int(params.get("batch_size", 32)), float(params.get("learning_rate", 0.001)), seed)
    accuracy = float((forward(weights, images[:5000].astype(np.float32) / 255)[1].argmax(1) == labels[:5000]).mean())
    target = Path(os.environ["HOLDFAST_OUTPUT_MODEL"])
    write_whole(target, to_onnx(weights))
    metrics = {"train_accuracy": accuracy, "examples": len(labels), "train_seconds": time.monotonic() - start}
    write_whole(target.with_name("metrics.json"), json.dumps(metrics).encode() + b"\n")
    print(f"::metric name=train_accuracy value={accuracy} step={len(labels)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
