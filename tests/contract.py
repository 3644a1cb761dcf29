"""What version 1 of the events has promised, and what would break the promise.

`python -m tests.contract` writes the promise anew. Do that after adding a field or a type, never to silence a break.
"""

import json
from pathlib import Path
from typing import Any

from edge.schema import schemas

FILE = Path(__file__).with_name("contract_v1.json")
Contract = dict[str, dict[str, str]]


def present() -> Contract:
    """Of every event type, each field with its type; a mark ``?`` behind it says that it may be absent."""
    return {name: _fields(document, document["$ref"]) for name, document in schemas().items()}


def promised() -> Contract:
    """The same, as it was when it was promised."""
    contract: Contract = json.loads(FILE.read_text(encoding="utf-8"))
    return contract


def breaks(old: Contract, new: Contract) -> list[str]:
    """What a reader of `old` would trip over in `new`."""
    found = [f"{name} is gone" for name in old if name not in new]
    for name in old.keys() & new.keys():
        before, after = old[name], new[name]
        for field, kind in before.items():
            if field not in after:
                found.append(f"{name}: {field} is gone")
            elif not _reads(kind, after[field]):
                found.append(f"{name}: {field} was {kind}, is {after[field]}")
        added = after.keys() - before.keys()
        found += [f"{name}: {field} is new and required" for field in added if not after[field].endswith("?")]
    return sorted(found)


def _reads(old: str, new: str) -> bool:
    """The same type; a closed list of words may grow."""
    if old.startswith("one of ") and new.startswith("one of "):
        return set(old.removeprefix("one of ").split("|")) <= set(new.removeprefix("one of ").split("|"))
    return old == new


def _fields(document: dict[str, Any], reference: str, prefix: str = "") -> dict[str, str]:
    schema = document["$defs"][reference.rpartition("/")[2]]
    fields: dict[str, str] = {}
    for name, kind in schema["properties"].items():
        mark = "" if name in schema["required"] else "?"
        fields[f"{prefix}{name}"] = _kind(document, kind) + mark
        inner = kind.get("items", {}).get("$ref")
        if inner is not None:
            fields |= _fields(document, inner, f"{prefix}{name}[].")
    return fields


def _kind(document: dict[str, Any], schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(document, one) for one in schema["anyOf"])
    if "$ref" in schema:
        named = document["$defs"][schema["$ref"].rpartition("/")[2]]
        return "one of " + "|".join(named["enum"]) if "enum" in named else "object"
    if schema["type"] == "array":
        return f"array of {_kind(document, schema['items'])}"
    bounds = [f"{key} {schema[key]}" for key in ("minimum", "maximum", "pattern", "format") if key in schema]
    return " ".join([schema["type"], *bounds])


if __name__ == "__main__":
    FILE.write_text(json.dumps(present(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
