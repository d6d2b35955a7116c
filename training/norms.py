"""Batch normalisation that does not hold up training on TensorFlow."""

import keras
from keras import layers, ops


class FusedBatchNormalization(layers.BatchNormalization):  # type: ignore[misc]
    """Batch normalisation that trains in one pass on TensorFlow.

    Keras computes the moments in several float32 passes there, which took 40 %
    of a training step on a CPU; other backends fuse them in their compiler.
    """

    def call(
        self,
        inputs: keras.KerasTensor,
        training: bool | None = None,
        mask: keras.KerasTensor | None = None,
    ) -> keras.KerasTensor:
        on_tensorflow = keras.config.backend() == "tensorflow"
        if not (training and self.trainable and on_tensorflow and mask is None):
            return super().call(inputs, training=training, mask=mask)
        import tensorflow as tf  # noqa: PLC0415 -- only this backend needs it

        outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            inputs,
            ops.cast(self.gamma, "float32"),
            ops.cast(self.beta, "float32"),
            epsilon=self.epsilon,
            is_training=True,
        )
        self.moving_mean.assign(_follow(self.moving_mean, mean, self.momentum))
        self.moving_variance.assign(
            _follow(self.moving_variance, variance, self.momentum)
        )
        return outputs


def _follow(
    average: keras.Variable, value: keras.KerasTensor, momentum: float
) -> keras.KerasTensor:
    return average * momentum + ops.cast(value, average.dtype) * (1 - momentum)
