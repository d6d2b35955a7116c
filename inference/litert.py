"""A LiteRT network on one thread, as a function from arrays to arrays."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np


class LiteRTNetwork:
    """One network with one input; not to be shared between threads."""

    def __init__(self, file: Path | bytes, shape: Sequence[int] | None = None) -> None:
        """Load a network.

        Args:
            file: Its file, or what is in it.
            shape: Of its input, where that is to be another than the file says.
        """
        from ai_edge_litert.interpreter import Interpreter  # here, since slow

        content = file if isinstance(file, bytes) else file.read_bytes()
        self._interpreter = Interpreter(model_content=content, num_threads=1)
        if shape is not None:
            self._interpreter.resize_tensor_input(
                self._interpreter.get_input_details()[0]["index"], shape, strict=False
            )
        self._interpreter.allocate_tensors()
        self.input = self._interpreter.get_input_details()[0]
        self.outputs = self._interpreter.get_output_details()

    def run(self, values: np.ndarray) -> list[np.ndarray]:
        """Run the network once; `values` has the shape and type of its input."""
        self._interpreter.set_tensor(self.input["index"], values)
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(each["index"]) for each in self.outputs]
