"""Holdfast: log the inferences of a model; the agent on the device does the rest.

    import holdfast
    log = holdfast.open_log(inputs=["width", "height"], outputs=["no", "yes"])
    log.inference(inputs=row, outputs=probabilities, predicted=1)

A call never waits for disk or network, and never raises: what could not be written is counted in ``log.dropped``.

A head learns on the device: ``open_head`` gives a small classifier on your own features that takes true labels, can be undone, and survives power cuts.
"""

from ._head import Change, Head, Taken, open_head
from ._head_files import Snapshot
from ._knn import Prediction
from ._log import Image, Log, open_log

__all__ = ["Change", "Head", "Image", "Log", "Prediction", "Snapshot", "Taken", "open_head", "open_log"]
__version__ = "0.1.0"
