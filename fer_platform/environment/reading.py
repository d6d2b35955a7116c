"""How a group of settings is read, and the one sentence about one that is wrong."""

import os
from pathlib import Path
from typing import Any, Self

from django.core.exceptions import ImproperlyConfigured
from pydantic import ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from fer_platform.environment.kinds import values_of

ROOT = Path(__file__).resolve().parents[2]  # of the checkout
PREFIX = "FER_"


def setting_name(field_name: str) -> str:
    """The variable of a field: `min_group` is read from FER_MIN_GROUP."""
    return f"{PREFIX}{field_name.upper()}"


class SettingGroup(BaseSettings):
    """Settings that one part of the platform reads together.

    The docstring of a group is its heading in docs/settings.md, a field's
    description its row. `NAME_FILE` may name a file that holds the value of `NAME`.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    @classmethod
    def read(cls) -> Self:
        """Read the environment.

        Raises:
            ImproperlyConfigured: In one sentence, with the name and a remedy.
        """
        try:
            return cls()
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise ImproperlyConfigured(_sentence(cls, first)) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, _NamedFiles(settings_cls), env_settings

    @model_validator(mode="before")
    @classmethod
    def _a_blank_switch_is_unset(cls, given: dict[str, Any]) -> dict[str, Any]:
        fields = cls.model_fields
        return {
            name: value
            for name, value in given.items()
            if value != "" or fields[name].annotation is not bool
        }


class _NamedFiles(PydanticBaseSettingsSource):
    """Values from the files that `NAME_FILE` names; for secrets."""

    def __call__(self) -> dict[str, Any]:
        read = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in read.items() if value is not None}

    def get_field_value(
        self, field: FieldInfo, field_name: str
    ) -> tuple[str | None, str, bool]:
        variable = f"{setting_name(field_name)}_FILE"
        path = os.environ.get(variable)
        value = _content(variable, Path(path)) if path else None
        return value, field_name, False


def _content(variable: str, path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{variable} names {path}, which cannot be read: {error.strerror}."
        ) from error


def _sentence(group: type[SettingGroup], error: Any) -> str:
    """What is wrong and what to write instead.

    Args:
        group: The group that was read.
        error: One of pydantic's `ErrorDetails`. A check of ours says what comes after
            the setting's name; one of a whole group says it all.
    """
    if not error["loc"]:
        return str(error["ctx"]["error"])
    field = str(error["loc"][0])
    name, values = setting_name(field), values_of(group.model_fields[field])
    if error["type"] == "missing":
        return f"{name} is not set; write {values}."
    if error["type"] == "value_error":
        return f"{name} {error['ctx']['error']}"
    return f"{name} is {error['input']!r}; write {values}."
