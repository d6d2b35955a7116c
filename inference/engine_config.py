"""What an engine is told when it is built; it reads no environment."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """Which parts an engine is built from."""

    artefact: str = "small"  # a name, or the path of an artefact's folder
    detector: str = "blazeface"  # one of `engine.DETECTORS`
    classifier: str = ""  # "int8", "float", "keras"; empty: the artefact's default
    # The detectors' files; by default where the front end's build puts them.
    models_dir: Path = Path(__file__).resolve().parents[1] / "build" / "models"
