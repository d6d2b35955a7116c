"""From a Keras network to LiteRT files."""

import tempfile
from pathlib import Path

import keras
import numpy as np

from inference.classification import to_model_input


def write_networks(
    network: keras.Model, examples: np.ndarray, folder: Path
) -> dict[str, str]:
    """Write a serving network in its three forms.

    Args:
        network: From (N, side, side, channels) to probabilities (N, 7).
        examples: Shape (N, 48, 48), uint8, a few hundred faces as they are served;
            they set the ranges of the integer network.
        folder: Where to write.

    Returns:
        File names by form.
    """
    import tensorflow as tf  # noqa: PLC0415 -- slow, and only the converter needs it

    network.save(folder / "emotion.keras")
    _, side, _, channels = network.input_shape
    with tempfile.TemporaryDirectory() as saved:
        # From a saved model, because `from_concrete_functions` on a Keras 3 model
        # writes a file without weights and says nothing.
        # One face at a time: with an open batch the fast kernels are not chosen.
        one = keras.InputSpec(shape=(1, *network.input_shape[1:]), dtype="float32")
        network.export(saved, verbose=False, input_signature=[one])
        half = tf.lite.TFLiteConverter.from_saved_model(saved)
        half.optimizations = [tf.lite.Optimize.DEFAULT]
        half.target_spec.supported_types = [tf.float16]
        (folder / "emotion.tflite").write_bytes(half.convert())

        whole = tf.lite.TFLiteConverter.from_saved_model(saved)
        whole.optimizations = [tf.lite.Optimize.DEFAULT]
        whole.representative_dataset = lambda: (
            [face[np.newaxis]]
            for face in to_model_input(examples, side=side, channels=channels)
        )
        whole.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        whole.inference_input_type = whole.inference_output_type = tf.int8
        (folder / "emotion_int8.tflite").write_bytes(whole.convert())
    return {
        "int8": "emotion_int8.tflite",
        "float": "emotion.tflite",
        "keras": "emotion.keras",
    }
