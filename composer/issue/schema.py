"""JSON Schema of what an author writes, so that editors complete and validate as one types.

Draft 2020-12, made from the models: the same descriptions, limits and choices. An editor sees values as YAML reads
them, the loader sees texts: ``title: 2020`` is a number to the one and a title to the other. ``_as_written``
widens the models' schema to what the loader takes; a test holds both against the same samples.
"""

from __future__ import annotations

import enum
import zoneinfo
from typing import Any

from composer.issue.blocks import LINE_PATTERN
from composer.issue.model import Newsletter
from composer.issue.own_blocks import NO_OWN_BLOCKS, OwnBlocks, content_model

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCALARS = ["string", "number", "boolean"]
_DAY = r"^\s*\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\s*$"
_CLOCK_OF_THE_MODEL = "^[0-9]{1,2}:[0-9]{2}$"
_CLOCK = r"^\s*([01]?\d|2[0-3]):[0-5]\d\s*$"
_LINE = r"^\s*[^\r\n]*\S[^\r\n]*\s*$"
_YES_AND_NO = {"enum": ["true", "yes", "on", "false", "no", "off"]}


class SchemaName(enum.StrEnum):
    """The kinds of files that there is a schema of."""

    ISSUE = "issue"
    TRANSLATION = "translation"
    NEWSLETTER = "newsletter"


def schema_of(name: SchemaName, own: OwnBlocks = NO_OWN_BLOCKS) -> dict[str, Any]:
    """Make the schema of one kind of file; ``own`` are the project's blocks."""
    if name is SchemaName.NEWSLETTER:
        return newsletter_schema()
    return issue_schema(own) if name is SchemaName.ISSUE else translation_schema(own)


def issue_schema(own: OwnBlocks = NO_OWN_BLOCKS) -> dict[str, Any]:
    """Make the schema of ``issue.yaml``, and of a translation that stands on its own; with a project's own blocks."""
    return _document("An issue of a newsletter", content_model(own).model_json_schema())


def newsletter_schema() -> dict[str, Any]:
    """Make the schema of ``newsletter.yaml``."""
    return _document("A newsletter", Newsletter.model_json_schema())


def translation_schema(own: OwnBlocks = NO_OWN_BLOCKS) -> dict[str, Any]:
    """Make the schema of ``issue.<language>.yaml``: nothing is required, since what is left out is taken over."""
    schema: dict[str, Any] = _optional(issue_schema(own))
    schema["title"] = "A translation of an issue"
    # A block that does not say what it is takes its kind from issue.yaml: any model may apply.
    blocks = schema["properties"]["blocks"]["items"]
    blocks["anyOf"] = blocks.pop("oneOf")
    return schema


def _document(title: str, schema: dict[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = _as_written(schema)
    return {"$schema": _DIALECT, **written, "title": title}


def _as_written(schema: Any) -> Any:
    """Turn the schema into one for values as YAML gives them, without what only clutters an editor."""
    if isinstance(schema, list):
        return [_as_written(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _as_written(value) for key, value in schema.items() if key not in ("title", "discriminator")}
    if isinstance(schema.get("properties"), dict):
        kept["properties"] = {name: _property(name, value) for name, value in schema["properties"].items()}
    if isinstance(schema.get("$defs"), dict):
        kept["$defs"] = {name: _as_written(value) for name, value in schema["$defs"].items()}
    return _widened(kept)


def _property(name: str, schema: Any) -> Any:
    """Turn the schema of one key into ours; time zones are offered by name."""
    written = _as_written(schema)
    if name == "timezone":
        for part in written.get("anyOf", [written]):
            if part.get("type") in ("string", _SCALARS):
                part |= {"type": "string", "enum": sorted(zoneinfo.available_timezones())}
    return written


def _widened(schema: dict[str, Any]) -> dict[str, Any]:
    kind, pattern = schema.get("type"), schema.get("pattern")
    if kind == "boolean":
        return {**_without(schema, "type"), "anyOf": [{"type": "boolean"}, _YES_AND_NO]}
    if kind == "integer":
        return {**schema, "type": ["integer", "string"], "pattern": r"^\s*0*[1-9]\d*\s*$"}
    if kind != "string" or "const" in schema or "enum" in schema:
        return schema
    if schema.get("format") == "date":
        return {**schema, "pattern": _DAY}
    if pattern == _CLOCK_OF_THE_MODEL:
        return {**schema, "pattern": _CLOCK}
    if pattern == LINE_PATTERN:
        return {**schema, "type": _SCALARS, "pattern": _LINE}
    return schema if pattern else {**schema, "type": _SCALARS}


def _without(schema: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name != key}


def _optional(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _optional(value) for key, value in schema.items() if key not in ("required", "minItems")}
    if isinstance(schema, list):
        return [_optional(item) for item in schema]
    return schema
