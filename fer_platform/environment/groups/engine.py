"""The engine, and how camera pictures reach it."""

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from fer_platform.environment.kinds import Unit, Values
from fer_platform.environment.reading import SettingGroup
from inference.engine_config import EngineConfig


class EngineSettings(SettingGroup):
    """The engine that reads camera pictures"""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    artefact: str = Field(
        "small", description="The emotion network: a name, or the path of a folder."
    )
    detector: Annotated[str, Values("one of blazeface, yunet, haar")] = Field(
        "blazeface",
        description="What finds faces. `yunet` needs `manage.py fetch_models`.",
    )
    classifier: Annotated[str, Values("one of int8, float, keras")] = Field(
        "",
        description="Which file of the network; by default the one its card names. "
        "`keras` needs TensorFlow.",
    )
    models_dir: Path = Field(
        EngineConfig().models_dir, description="The folder of the detectors' files."
    )

    def config(self) -> EngineConfig:
        """The same as the engine takes it."""
        return EngineConfig(
            artefact=self.artefact,
            detector=self.detector,
            classifier=self.classifier,
            models_dir=self.models_dir,
        )


class FramePath(SettingGroup):
    """The way of a camera picture"""

    pool_size: Annotated[int, Unit("processes")] = Field(
        0,
        ge=0,
        le=64,
        description="Processes with an engine, where one server does it all. 0: one "
        "fewer than the machine has cores.",
    )
    batch_size: Annotated[int, Unit("pictures")] = Field(
        8,
        ge=1,
        le=64,
        description="Pictures in a batch at most. Measured; leave it.",
    )
    max_credit: Annotated[int, Unit("batches")] = Field(
        4,
        ge=1,
        le=64,
        description="Batches under way at once at most. Measured; leave it.",
    )
