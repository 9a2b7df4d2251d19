"""Writes window-v2.json: closed windows and their bytes, made by an implementation of its own from the layout in src/window/window-record.ts."""

import json
import struct

MAGIC = b"HFW2"
FLAGS = ["count", "infinite", "out_of_range", "log_evidence", "new_category"]


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value % 128 | 128])
        value //= 128
    return out + bytes([value])


def text(value):
    return varint(len(value.encode())) + value.encode()


def digest(value):
    return varint(0) + bytes.fromhex(value) if len(value) == 64 else text(value)


def counts(values):
    return varint(len(values)) + b"".join(varint(one) for one in values)


def feature(one, before):
    shared = 0
    while shared < min(len(before), len(one["name"])) and before[shared] == one["name"][shared]:
        shared += 1
    optional = {"count": one["moments"]["count"] if one["moments"]["count"] != sum(one["counts"]) else None}
    for name in FLAGS[1:]:
        optional[name] = one.get(name) or None
    flags = sum(1 << bit for bit, name in enumerate(FLAGS) if optional[name] is not None)
    out = varint(shared) + text(one["name"][shared:]) + counts(one["counts"]) + varint(one["missing"]) + varint(flags)
    for name in FLAGS:
        if optional[name] is not None:
            out += struct.pack("<f", optional[name]) if name == "log_evidence" else varint(optional[name])
    moments = one["moments"]
    out += struct.pack("<4d", moments["mean"], moments["m2"], moments["min"], moments["max"])
    return out + struct.pack("<2f", one["distance"], one["p_value"])


def window(w):
    out = MAGIC + varint(w["window"]) + struct.pack("<2d", w["from_ms"], w["to_ms"]) + varint(w["inferences"]) + text(w["model"])
    out += varint(w["model_version"]) + digest(w["bundle"]) + digest(w["profile"]) + varint(w["lost"])
    out += struct.pack("<3d", w["latency_ms"]["mean"], w["latency_ms"]["p95"], w["classes_p_value"]) + counts(w["classes"]) + varint(len(w["features"]))
    before = ""
    for one in w["features"]:
        out += feature(one, before)
        before = one["name"]
    names = [one["name"] for one in w["features"]]
    out += varint(len(w["suspects"]))
    for name in w["suspects"]:
        out += varint(names.index(name) + 1) if name in names else varint(0) + text(name)
    out += varint(1) + varint(0) if w.get("profile_source") == "warm_up" else b""
    pairs = varint(len(w.get("pairs", []))) + b"".join(varint(one["count"]) + struct.pack("<d", one["products"]) for one in w.get("pairs", []))
    return out + (varint(2) + varint(len(pairs)) + pairs if "pairs" in w else b"")


def moments(count, mean=0.0, m2=0.0, low=0.0, high=0.0):
    return {"count": count, "mean": mean, "m2": m2, "min": low, "max": high}


def reading(distance, p_value):
    return {"distance": distance, "p_value": p_value}


LATENCY = {"mean": 1.75, "p95": 4.5}
EMPTY = {
    "v": 1, "window": 0, "from_ms": 0, "to_ms": 0, "inferences": 0, "model": "m", "model_version": 1, "bundle": "b" * 64, "profile": "0123456789abcdef" * 4,
    "lost": 0, "latency_ms": {"mean": 0, "p95": 0}, "classes_p_value": 1, "classes": [], "features": [], "suspects": [],
}
FEATURES = [
    {"name": "input.length", "counts": [0, 127, 128, 16384], "moments": moments(16639, 1.5, 12.25, -3.0, 9.0), "missing": 3, "infinite": 2,
     "out_of_range": 300, "log_evidence": 17.5, **reading(0.25, 0.0078125)},
    {"name": "input.longitude", "counts": [5], "moments": moments(4, 1e300, 5e-324, -1e-9, 2.5), "missing": 0, "infinite": 0, "out_of_range": 0,
     **reading(0, 1)},
    {"name": "Größe", "counts": [1, 0], "moments": moments(1), "missing": 9007199254740991, "infinite": 0, "out_of_range": 0, "new_category": 1,
     **reading(1, 0)},
]
FULL = {
    **EMPTY, "window": 200, "from_ms": 1760000000000.5, "to_ms": 1760000003600.0, "inferences": 16642, "model": "parts", "model_version": 70000,
    "bundle": "not a digest", "profile_source": "warm_up", "lost": 1, "latency_ms": LATENCY, "classes_p_value": 0.1, "classes": [16000, 642, 0],
    "pairs": [{"count": 200, "products": -1.5}, {"count": 0, "products": 0}], "features": FEATURES, "suspects": ["Größe", "classes", "input.length"],
}

with open(__file__.rsplit("/", 1)[0] + "/window-v2.json", "w", encoding="utf-8") as file:
    vectors = [{"bytes": window(one).hex(), "window": one} for one in (EMPTY, FULL)]
    json.dump({"about": "made by make-window-v2.py", "vectors": vectors}, file, ensure_ascii=False, indent=1)
    file.write("\n")
