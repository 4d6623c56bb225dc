"""The JSON Schemas know every block and key, with the description that the editor shows."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from composer.issue.blocks import BLOCKS
from composer.issue.model import Content, Newsletter
from composer.issue.schema import issue_schema, newsletter_schema, translation_schema


@pytest.mark.parametrize("schema", [issue_schema(), newsletter_schema(), translation_schema()])
def test_a_schema_is_json_and_refuses_unknown_keys(schema: dict[str, Any]) -> None:
    assert json.loads(json.dumps(schema)) == schema
    assert schema["additionalProperties"] is False
    assert schema["$schema"].endswith("2020-12/schema")


def test_every_key_of_an_issue_is_described() -> None:
    schema = issue_schema()
    assert set(schema["properties"]) == set(Content.model_fields)
    assert set(newsletter_schema()["properties"]) == set(Newsletter.model_fields)
    for name, model in {model.__name__: model for model in BLOCKS.values()}.items():
        properties = schema["$defs"][name]["properties"]
        assert set(properties) == set(model.model_fields)
        assert all("description" in value for key, value in properties.items() if key != "block")


def test_a_time_is_offered_as_the_author_writes_it() -> None:
    time = issue_schema()["$defs"]["AgendaEntry"]["properties"]["time"]
    (clock,) = (part for part in time["anyOf"] if part["type"] == "string")
    assert all(re.search(clock["pattern"], written) for written in ("9:05", "11:00", "23:59"))
    assert not any(re.search(clock["pattern"], written) for written in ("24:00", "11.00", "11", "1:5"))


def test_a_translation_may_leave_out_everything() -> None:
    text = json.dumps(translation_schema())
    assert '"required"' not in text
    assert "discriminator" not in text
