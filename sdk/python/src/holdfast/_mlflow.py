"""What MLflow's client finds by the entry point ``mlflow.run_context_provider``: the facts of this machine as tags of each run, with no line changed.

Files are read at the start of a run. Commands (nvidia-smi, sysctl) run once a process, beside it, from the moment that MLflow is imported;
a run that starts before they have answered waits a moment for them and then goes without what they say.
"""

import os
import threading
from typing import Dict, Optional

from ._hardware import PREFIX, Machine, Said, facts_of, mac_thermal_of, read_commands, read_files, thermal_of, this_machine

WAIT_SECONDS = 0.03
COMMAND_SECONDS_MAX = 5.0


class HardwareContext:
    """A run context provider of MLflow. ``HOLDFAST_HARDWARE=off`` turns it off."""

    def __init__(self, machine: Optional[Machine] = None) -> None:
        self._machine = machine or this_machine(COMMAND_SECONDS_MAX)
        self._quick = machine or this_machine(WAIT_SECONDS)
        self._files: Optional[Said] = None
        self._commands: Said = {}
        self._thread = threading.Thread(target=self._ask, name="holdfast-hardware", daemon=True)
        if self.in_context():
            self._thread.start()

    def in_context(self) -> bool:
        return os.environ.get("HOLDFAST_HARDWARE", "").lower() not in ("off", "0", "false")

    def tags(self) -> Dict[str, str]:
        if self._thread.is_alive():
            self._thread.join(WAIT_SECONDS)
        if self._files is None:
            self._files = read_files(self._machine)
        else:
            self._measure_again(self._files)
        return {PREFIX + name: value for name, value in facts_of(self._files, self._commands).items()}

    def _measure_again(self, files: Said) -> None:
        """How hot it is now; what a command measured at the first run is no longer so."""
        self._commands = {name: value for name, value in self._commands.items() if name not in ("thermal_state", "temperature_c")}
        files.update(mac_thermal_of(self._quick) if self._machine.platform == "darwin" else thermal_of(self._machine))

    def _ask(self) -> None:
        self._commands = read_commands(self._machine)
