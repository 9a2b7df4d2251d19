"""Holdfast: log the inferences of a model; the agent on the device does the rest.

    import holdfast
    log = holdfast.open_log(inputs=["width", "height"], outputs=["no", "yes"])
    log.inference(inputs=row, outputs=probabilities, predicted=1)

A call never waits for disk or network, and never raises: what could not be written is counted in ``log.dropped``.
"""

from ._log import Image, Log, open_log

__all__ = ["Image", "Log", "open_log"]
__version__ = "0.1.0"
