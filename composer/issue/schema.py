"""JSON Schema of what an author writes, so that editors complete and validate as one types.

Draft 2020-12, made from the models: the same descriptions, limits and choices. Where the models accept what
YAML gives as text (a number, a day), the schema says what the author writes.
"""

from __future__ import annotations

from typing import Any

from composer.issue.model import Content, Newsletter

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def issue_schema() -> dict[str, Any]:
    """The schema of ``issue.yaml``, and of a translation that stands on its own."""
    return {"$schema": _DIALECT, **Content.model_json_schema(), "title": "An issue of a newsletter"}


def newsletter_schema() -> dict[str, Any]:
    """The schema of ``newsletter.yaml``."""
    return {"$schema": _DIALECT, **Newsletter.model_json_schema(), "title": "A newsletter"}


def translation_schema() -> dict[str, Any]:
    """The schema of ``issue.<language>.yaml``: nothing is required, since what is left out is taken over."""
    schema: dict[str, Any] = _optional(issue_schema())
    schema["title"] = "A translation of an issue"
    # A block that does not say what it is takes its kind from issue.yaml: any model may apply.
    blocks = schema["properties"]["blocks"]["items"]
    blocks.pop("discriminator", None)
    blocks["anyOf"] = blocks.pop("oneOf")
    return schema


def _optional(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _optional(value) for key, value in schema.items() if key not in ("required", "minItems")}
    if isinstance(schema, list):
        return [_optional(item) for item in schema]
    return schema
