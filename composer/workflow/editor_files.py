"""What makes an editor complete and check the author's files: JSON Schemas, and VS Code's settings that name them."""

from __future__ import annotations

import json

from composer.issue.own_blocks import NO_OWN_BLOCKS, OwnBlocks
from composer.issue.schema import SchemaName, schema_of

FOLDER = ".vscode/newsletter"

_FILES = {
    SchemaName.ISSUE: "issues/*/issue.yaml",
    SchemaName.TRANSLATION: "issues/*/issue.*.yaml",
    SchemaName.NEWSLETTER: "issues/newsletter.yaml",
}


def schema_text(name: SchemaName, own: OwnBlocks = NO_OWN_BLOCKS) -> str:
    """Write one schema as a file has it, with the project's own blocks."""
    return json.dumps(schema_of(name, own), ensure_ascii=False, indent=2) + "\n"


def schema_file(name: SchemaName) -> str:
    """Name the file of one schema."""
    return f"{name}.schema.json"


def editor_files() -> dict[str, str]:
    """Write every file of ``.vscode``; gives its text by its path in the project."""
    settings = {
        "yaml.schemas": {f"./{FOLDER}/{schema_file(name)}": pattern for name, pattern in _FILES.items()},
        "yaml.format.enable": False,  # it would fold the authors' texts
        "[yaml]": {"editor.insertSpaces": True, "editor.tabSize": 2, "editor.wordWrap": "on"},
        "[markdown]": {"editor.wordWrap": "on"},
    }
    texts = {
        ".vscode/settings.json": json.dumps(settings, indent=2) + "\n",
        ".vscode/extensions.json": json.dumps({"recommendations": ["redhat.vscode-yaml"]}, indent=2) + "\n",
    }
    return texts | {f"{FOLDER}/{schema_file(name)}": schema_text(name) for name in SchemaName}
