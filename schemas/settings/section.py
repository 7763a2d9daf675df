"""What every section of the settings has in common."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Policy = Literal["keep", "tag", "drop"]
PiiKind = Literal["email", "phone", "card", "iban", "ip", "mac", "ssn", "api_key", "private_key", "jwt", "password"]


def setting(default: Any, meaning: str, source: str, **bounds: Any) -> Any:
    """Declare a settings field with its sentence and where its default comes from."""
    return Field(default, description=meaning, json_schema_extra={"source": source}, **bounds)


class Section(BaseModel):
    """Base of all settings: frozen, bounded, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    @model_validator(mode="before")
    @classmethod
    def _one_is_a_list(cls, given: Any) -> Any:
        """Take one word where a list is asked for: `--set language.keep=de`."""
        if not isinstance(given, dict):
            return given
        return {name: cls._listed(name, value) for name, value in given.items()}

    @classmethod
    def _listed(cls, name: str, value: Any) -> Any:
        field = cls.model_fields.get(name)
        if field is None or not isinstance(value, str) or value == "all" or "tuple" not in str(field.annotation):
            return value
        return (value,) if value else ()
