"""A LiteRT network on one thread, as a function from arrays to arrays."""

from pathlib import Path

import numpy as np


class LiteRTNetwork:
    """One network with one input; not to be shared between threads."""

    def __init__(self, path: Path) -> None:
        from ai_edge_litert.interpreter import Interpreter  # here, since slow

        self._interpreter = Interpreter(model_path=str(path), num_threads=1)
        self._interpreter.allocate_tensors()
        self.input = self._interpreter.get_input_details()[0]
        self.outputs = self._interpreter.get_output_details()

    def run(self, values: np.ndarray) -> list[np.ndarray]:
        """Run the network once; `values` has the shape and type of its input."""
        self._interpreter.set_tensor(self.input["index"], values)
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(each["index"]) for each in self.outputs]
