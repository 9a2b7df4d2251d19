"""The facts of this machine, read through a port, so that any machine can be put in its place.

The words and the rules are those of packages/protocol/src/hardware; packages/protocol/golden/hardware.json holds both to the same texts.
What the machine does not tell is absent; nothing is guessed.
"""

import os
import platform
import re
import subprocess
import sys
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

Said = Dict[str, Union[str, int, float, None]]

FACT_NAMES = (
    "machine processor architecture cores cores_performance cores_efficiency flags memory_bytes accelerator accelerator_name "
    "accelerator_count accelerator_memory_bytes accelerator_driver thermal_state temperature_c os"
).split()
PREFIX = "hardware."
TEXT_MAX = 250
NVIDIA_COMMAND = ["nvidia-smi", "--query-gpu=name,memory.total,driver_version,temperature.gpu", "--format=csv,noheader,nounits"]
THERMAL_COMMAND = ["notifyutil", "-g", "com.apple.system.thermalpressurelevel"]
THERMAL_STATES = ["nominal", "fair", "serious", "critical"]
_ARCHITECTURES = {"x64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm": "armv7l", "ia32": "i686"}
_THERMAL = "/sys/class/thermal"
_READ_MAX = 1 << 20


class Machine(NamedTuple):
    """What is asked of a machine. Nothing fails: what is not there is empty."""

    platform: str
    architecture: str
    read_text: Callable[[str], str]
    list: Callable[[str], Sequence[str]]
    run: Callable[[Sequence[str]], str]


def this_machine(run_seconds_max: float) -> Machine:
    def run(command: Sequence[str]) -> str:
        try:
            done = subprocess.run(
                list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=run_seconds_max, check=False
            )
            return done.stdout.decode("utf-8", "replace")
        except (OSError, subprocess.SubprocessError):
            return ""  # Not there, or too slow: as good as not told.

    return Machine(sys.platform, platform.machine(), _read_text, _list, run)


def _read_text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read(_READ_MAX).decode("utf-8", "replace")
    except OSError:
        return ""  # Not told by this machine.


def _list(path: str) -> Sequence[str]:
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []


def read_files(machine: Machine) -> Said:
    """What is there at once, without a command."""
    found: Said = {"architecture": _ARCHITECTURES.get(machine.architecture.lower(), machine.architecture)}
    if machine.platform == "linux":
        found.update(_linux(machine))
        found.update(_accelerator(machine, str(found.get("machine") or "")))
    return found


def read_commands(machine: Machine) -> Said:
    """What commands say: it goes over what files said."""
    if machine.platform == "darwin":
        return _mac(machine.run(["sysctl"] + MAC_NAMES), machine.run(THERMAL_COMMAND))
    return _nvidia(machine.run(NVIDIA_COMMAND)) if machine.platform == "linux" else {}


def facts_of(files: Said, commands: Said) -> Dict[str, str]:
    """Both as the texts that tags hold, in their order."""
    said: Said = {**files, **{name: value for name, value in commands.items() if value is not None}}
    degrees = [float(one["temperature_c"]) for one in (files, commands) if one.get("temperature_c") is not None]  # type: ignore[arg-type]
    if degrees:
        said["temperature_c"] = max(degrees)
    texts = {name: _text(said.get(name)) for name in FACT_NAMES}
    return {name: text for name, text in texts.items() if 0 < len(text) <= TEXT_MAX}


def _text(value: Union[str, int, float, None]) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return "" if value is None else str(value).replace("\0", "").strip()


# What the kernel calls an instruction set, and what it is called here; in the order in which they are said.
_SAME = "sse4_2 avx f16c fma avx2 avx_vnni avx512f avx512bw avx512vl avx512_vnni avx512_bf16 avx512_fp16 amx_tile amx_int8 amx_bf16 neon"
_OTHER = "asimd=neon asimdhp=fp16 asimddp=dotprod i8mm=i8mm bf16=bf16 sve=sve sve2=sve2 sme=sme"
_FLAGS: List[Tuple[str, str]] = [(name, name) for name in _SAME.split()] + [
    (name, flag) for name, flag in (pair.split("=") for pair in _OTHER.split())
]

# Names of ARM's own processors by part number (Arm, MIDR_EL1); another maker's is absent.
_ARM_PARTS = {
    "0xb76": "ARM1176", "0xc07": "Cortex-A7", "0xc08": "Cortex-A8", "0xc09": "Cortex-A9", "0xc0f": "Cortex-A15", "0xd03": "Cortex-A53",
    "0xd04": "Cortex-A35", "0xd05": "Cortex-A55", "0xd07": "Cortex-A57", "0xd08": "Cortex-A72", "0xd09": "Cortex-A73", "0xd0a": "Cortex-A75",
    "0xd0b": "Cortex-A76", "0xd0c": "Neoverse-N1", "0xd0d": "Cortex-A77", "0xd40": "Neoverse-V1", "0xd41": "Cortex-A78", "0xd42": "Cortex-A78AE",
    "0xd44": "Cortex-X1", "0xd46": "Cortex-A510", "0xd47": "Cortex-A710", "0xd49": "Neoverse-N2", "0xd4f": "Neoverse-V2",
}  # fmt: skip

# What makers leave in their firmware where a name should be.
_NO_NAME = re.compile(
    r"^(|to be filled by o\.?e\.?m\.?|system product name|system manufacturer|default string|not applicable|not specified|none|o\.e\.m\.)$", re.I
)


def _flags(words: Sequence[str]) -> Optional[str]:
    there = set(words)
    return " ".join(dict.fromkeys(flag for name, flag in _FLAGS if name in there)) or None


def _values(text: str, name: str) -> List[str]:
    return [value.strip() for value in re.findall(r"^%s[ \t]*:[ \t]*(.*)$" % name, text, re.M)]


def _first(pattern: str, text: str) -> Optional[str]:
    found = re.search(pattern, text, re.M)
    return found.group(1) if found else None


def _linux(machine: Machine) -> Said:
    cpuinfo = machine.read_text("/proc/cpuinfo")
    memory = _first(r"^MemTotal:\s+(\d+) kB", machine.read_text("/proc/meminfo"))
    return {
        "machine": _board(machine),
        "processor": _processor(cpuinfo),
        "cores": len(_values(cpuinfo, "processor")) or None,
        **_kinds(machine),
        "flags": _flags("".join(_values(cpuinfo, "(?:flags|Features)")[:1]).split()),
        "memory_bytes": None if memory is None else 1024 * int(memory),
        **thermal_of(machine),
        "os": _first(r'^PRETTY_NAME="?([^"\n]*)', machine.read_text("/etc/os-release")),
    }


def _processor(cpuinfo: str) -> Optional[str]:
    """ARM kernels say a part number, and as `model name` at most the architecture."""
    pairs = zip(_values(cpuinfo, "CPU implementer"), _values(cpuinfo, "CPU part"))
    names = list(dict.fromkeys(_ARM_PARTS[part] for maker, part in pairs if maker == "0x41" and part in _ARM_PARTS))
    if names:
        return " + ".join(names)
    return next((name for name in _values(cpuinfo, "model name") if not name.startswith("ARMv")), None)


def _count(text: str) -> int:
    """How many processors a list such as `0-7,16` names."""
    found = [re.match(r"^(\d+)(?:-(\d+))?$", part) for part in text.strip().split(",")]
    return sum(int(one.group(2) or one.group(1)) - int(one.group(1)) + 1 for one in found if one)


def _kinds(machine: Machine) -> Said:
    """Intel's hybrids list both kinds; on ARM each processor says its capacity, and the greatest are the fast ones."""
    fast, thrifty = (_count(machine.read_text("/sys/devices/%s/cpus" % kind)) for kind in ("cpu_core", "cpu_atom"))
    if fast and thrifty:
        return {"cores_performance": fast, "cores_efficiency": thrifty}
    folders = [name for name in machine.list("/sys/devices/system/cpu") if re.match(r"^cpu\d+$", name)]
    texts = [machine.read_text("/sys/devices/system/cpu/%s/cpu_capacity" % name).strip() for name in folders]
    capacities = [int(text) for text in texts if text.isdigit()]
    most = capacities.count(max(capacities, default=0))
    return {} if most == len(capacities) else {"cores_performance": most, "cores_efficiency": len(capacities) - most}


def _board(machine: Machine) -> Optional[str]:
    board = machine.read_text("/proc/device-tree/model").replace("\0", "").strip()
    if board:
        return board
    words = [machine.read_text("/sys/class/dmi/id/" + name).strip() for name in ("sys_vendor", "product_name")]
    words = [word for word in words if not _NO_NAME.match(word)]
    return words[1] if len(words) == 2 and words[1].startswith(words[0]) else " ".join(words) or None


def thermal_of(machine: Machine) -> Said:
    """The state is measured against the trip points of the zone itself; a zone without them has a temperature and no state."""
    degrees: List[float] = []
    states: List[int] = []
    for zone in [name for name in machine.list(_THERMAL) if name.startswith("thermal_zone")][:64]:
        text = machine.read_text("%s/%s/temp" % (_THERMAL, zone)).strip()
        if re.match(r"^-?\d+$", text):
            degrees.append(int(text) / 1000)
            states.append(_state(degrees[-1], _trips(machine, "%s/%s" % (_THERMAL, zone))))
    worst = max(states, default=-1)
    return {"thermal_state": THERMAL_STATES[worst] if worst >= 0 else None, "temperature_c": max(degrees, default=None)}


def _trips(machine: Machine, zone: str) -> Dict[str, float]:
    trips: Dict[str, float] = {}
    for number in range(16):
        kind = machine.read_text("%s/trip_point_%d_type" % (zone, number)).strip()
        if not kind:
            break
        text = machine.read_text("%s/trip_point_%d_temp" % (zone, number)).strip()
        if re.match(r"^\d+$", text) and int(text) > 0:  # one at or below 0 °C is switched off
            trips[kind] = min(int(text) / 1000, trips.get(kind, float("inf")))
    return trips


def _state(at_c: float, trips: Dict[str, float]) -> int:
    passive, hot, critical = (trips.get(kind, float("inf")) for kind in ("passive", "hot", "critical"))
    if at_c >= min(hot, critical):
        return 3
    if passive == float("inf"):
        return -1
    return 2 if at_c >= passive else 1 if at_c >= passive - 10 else 0


def _nvidia(text: str) -> Said:
    """Lines such as `NVIDIA A100-SXM4-40GB, 40960, 535.104.05, 34`; an error of the driver is text of another form."""
    rows = [[field.strip() for field in line.split(", ")] for line in text.splitlines()]
    rows = [row for row in rows if len(row) == 4]
    if not rows:
        return {}
    name, memory, driver, _temperature = rows[0]
    degrees = [float(row[3]) for row in rows if re.match(r"^-?\d+(\.\d+)?$", row[3])]
    return {
        "accelerator": "nvidia",
        "accelerator_name": name,
        "accelerator_count": len(rows),
        "accelerator_memory_bytes": int(float(memory) * 1024**2) if re.match(r"^\d+(\.\d+)?$", memory) else None,
        "accelerator_driver": None if driver.startswith("[") else driver,
        "temperature_c": max(degrees, default=None),
    }


def _accelerator(machine: Machine, board: str) -> Said:
    cards = machine.list("/proc/driver/nvidia/gpus")
    if cards:
        return {
            "accelerator": "nvidia",
            "accelerator_name": _first(r"^Model:\s*(.+)$", machine.read_text("/proc/driver/nvidia/gpus/%s/information" % cards[0])),
            "accelerator_count": len(cards),
            "accelerator_driver": _first(r"Kernel Module(?: for \w+)?\s+(\d+(?:\.\d+)+)", machine.read_text("/proc/driver/nvidia/version")),
        }
    if re.search("jetson|tegra", board, re.I):
        return {"accelerator": "nvidia"}
    if any(machine.list(folder) for folder in ("/sys/class/accel", "/sys/class/apex", "/sys/class/hailo_chardev")):
        return {}
    nodes = "/sys/class/kfd/kfd/topology/nodes"
    if any(re.search(r"^simd_count [1-9]", machine.read_text("%s/%s/properties" % (nodes, node)), re.M) for node in machine.list(nodes)):
        return {}
    return {"accelerator": "raspberry-pi" if board.startswith("Raspberry Pi") else "none"}


# sysctl prints those that it knows and leaves the others out.
MAC_NAMES = (
    "machdep.cpu.brand_string machdep.cpu.features machdep.cpu.leaf7_features hw.model hw.memsize hw.logicalcpu kern.osproductversion "
    "hw.perflevel0.name hw.perflevel0.logicalcpu hw.perflevel1.name hw.perflevel1.logicalcpu hw.perflevel2.name hw.perflevel2.logicalcpu "
    "hw.optional.neon hw.optional.arm.FEAT_FP16 hw.optional.arm.FEAT_DotProd hw.optional.arm.FEAT_I8MM hw.optional.arm.FEAT_BF16 "
    "hw.optional.arm.FEAT_SME hw.optional.arm.FEAT_SVE"
).split()
_MAC_FLAGS = {
    "hw.optional.neon": "neon",
    "hw.optional.arm.FEAT_FP16": "asimdhp",
    "hw.optional.arm.FEAT_DotProd": "asimddp",
    "hw.optional.arm.FEAT_I8MM": "i8mm",
    "hw.optional.arm.FEAT_BF16": "bf16",
    "hw.optional.arm.FEAT_SVE": "sve",
    "hw.optional.arm.FEAT_SME": "sme",
}


def _mac(system: str, thermal: str) -> Said:
    values = {name: value.strip() for name, value in re.findall(r"^([\w.]+): (.*)$", system, re.M)}
    processor = values.get("machdep.cpu.brand_string")
    apple = (processor or "").startswith("Apple ")
    words = ("%s %s" % (values.get("machdep.cpu.features", ""), values.get("machdep.cpu.leaf7_features", ""))).lower()
    words = words.replace(".", "_").replace("avx1_0", "avx")
    version = values.get("kern.osproductversion")
    return {
        "machine": values.get("hw.model"),
        "processor": processor,
        "cores": values.get("hw.logicalcpu"),
        **_mac_kinds(values),
        "flags": _flags(words.split() + [flag for name, flag in _MAC_FLAGS.items() if values.get(name) == "1"]),
        "memory_bytes": values.get("hw.memsize"),
        **({"accelerator": "apple-silicon", "accelerator_name": processor, "accelerator_count": 1} if apple else {}),
        "thermal_state": _mac_state(thermal),
        "os": None if version is None else "macOS " + version,
    }


def _mac_state(text: str) -> Optional[str]:
    """OSThermalNotification.h: nominal, moderate, heavy, trapping, sleeping."""
    pressure = _first(r"^com\.apple\.system\.thermalpressurelevel ([0-4])\s*$", text)
    return None if pressure is None else THERMAL_STATES[min(3, int(pressure))]


def mac_thermal_of(machine: Machine) -> Said:
    return {"thermal_state": _mac_state(machine.run(THERMAL_COMMAND))}


def _mac_kinds(values: Dict[str, str]) -> Said:
    """Levels have names since macOS 13; without them the first is the fast one."""
    levels = [(level, values.get("hw.perflevel%d.name" % level), values.get("hw.perflevel%d.logicalcpu" % level, "")) for level in range(3)]
    there = [(level, name, int(cores)) for level, name, cores in levels if cores.isdigit() and int(cores) > 0]
    if len(there) < 2:
        return {}
    thrifty = sum(cores for level, name, cores in there if (level > 0 if name is None else name == "Efficiency"))
    return {"cores_performance": sum(cores for _, _, cores in there) - thrifty, "cores_efficiency": thrifty}
