"""msgspec's refusals in the words of the configuration: path, what was expected, what was found. Pure."""

import difflib
import re
import types
import typing
from typing import Any

import msgspec

from edge.config.rules import FieldError, redacted
from edge.errors import ConfigError

LONGEST_FOUND = 60
SECRET_KEYS = {"password", "passwd", "passphrase", "pin", "secret", "token", "private_key"}
ID_WORDS = "an id of 1 to 64 letters, digits and _.- that begins with a letter or a digit"
# What the patterns of the models mean, by how they begin; any other is an id's.
PATTERN_WORDS = {
    "^[0-9]{14}": "a GTIN-14 of 14 digits (a shorter GTIN with zeros before it)",
    "^[0-9]{1,3}(": "per cent as a decimal number such as '8.875'",
    "^#[0-9a-fA-F]{6}": "a colour as '#d02020'",
    "^[A-Z]{3}": "a currency by ISO 4217 such as 'CNY'",
    "^[78][NEO]": "data bits, parity and stop bits such as '8N1' or '7E1'",
}

_TYPE_WORDS = {
    "str": "a string",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "an array",
    "object": "a table",
}
_WHERE = re.compile(r"^(?P<message>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`")
_EXPECTED = re.compile(r"Expected `([^`]+)`(?: (?!matching)(.+?))?(?:, got .*)?")

Step = str | int


def translate(error: msgspec.ValidationError, data: object, model: type[msgspec.Struct]) -> ConfigError:
    """What msgspec refused, as one line with a path.

    Args:
        error: from `msgspec.convert(data, model)`.
        data: what was to be converted.
        model: the type of the whole.
    """
    found = _WHERE.match(str(error))
    message, where = (found["message"], found["path"] or "") if found else (str(error), "")
    steps = [name or int(index) for name, index in _STEP.findall(where)]
    if isinstance(error.__cause__, FieldError):
        return ConfigError(error.__cause__.message, _join(steps, error.__cause__.path))
    if unknown := _UNKNOWN.fullmatch(message):
        return ConfigError(_unknown_key(unknown[1], _type_at(model, steps)), _join(steps, _key(unknown[1])))
    if missing := _MISSING.fullmatch(message):
        return ConfigError("expected this key, found none; add it", _join(steps, missing[1]))
    value, expected = _value_at(data, steps), _expected(message, _type_at(model, steps))
    return ConfigError(f"expected {expected}, found {show(value)}{_section_hint(value, expected, steps)}", _join(steps))


def not_toml(message: str) -> ConfigError:
    """What `tomllib` refused, as one line with the line number."""
    found = re.fullmatch(r"(.*) \(at (.*)\)", message, re.DOTALL)
    if found is None:
        return ConfigError(f"expected TOML, found none ({message})")
    return ConfigError(f"{found[2]}: expected TOML, found {found[1][:1].lower()}{found[1][1:]}")


def show(value: object) -> str:
    """A value as an error shows it: short, on one line, without credentials."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list) and any(isinstance(one, dict | str) for one in value):
        return f"an array of {len(value)}"
    text = repr(redacted(value)) if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST_FOUND else text[: LONGEST_FOUND - 1] + "…"


def _unknown_key(key: str, model: object) -> str:
    if key in SECRET_KEYS:
        return (
            "expected no secret in this file, found one; put it into a file or the environment and say"
            f" where with {key}_file or {key}_env"
        )
    known = _keys(model)
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known)}"
    return f"expected a known key, found {key!r}; {hint}"


def _expected(message: str, model: object) -> str:
    choices = _choices(model)
    if choices:
        return " or ".join(repr(one) for one in choices)
    if "matching regex" in message:
        return next((words for begin, words in PATTERN_WORDS.items() if begin in message), ID_WORDS)
    parts = _EXPECTED.fullmatch(message)
    if parts is None:
        return message[:1].lower() + message[1:]
    names = [_TYPE_WORDS.get(name, name) for name in parts[1].split(" | ") if name != "null"]
    return " or ".join(names) + (f" {parts[2]}" if parts[2] else "")


def _section_hint(value: object, expected: str, steps: list[Step]) -> str:
    """What to write where a section has the brackets of the other kind: one table, or one of several."""
    header = ".".join(step for step in steps if isinstance(step, str))
    if isinstance(value, dict) and expected == _TYPE_WORDS["array"]:
        return f"; write [[{header}]] for each of them"
    if isinstance(value, list) and expected == _TYPE_WORDS["object"]:
        return f"; write [{header}], once"
    return ""


def _keys(model: object) -> list[str]:
    if isinstance(model, type) and issubclass(model, msgspec.Struct):
        return [one.encode_name for one in msgspec.structs.fields(model)]
    return []


def _type_at(model: object, steps: list[Step]) -> object:
    """The type that the configuration has at a path; None when the path leaves the models."""
    for step in steps:
        if isinstance(step, int):
            items = typing.get_args(model)
            model = items[0] if items[1:2] in ((), (Ellipsis,)) else items[min(step, len(items) - 1)]
        else:
            model = _field_type(model, step)
        model = _bare(model)
    return model


def _field_type(model: object, name: str) -> object:
    if not _keys(model):
        return None
    return next((f.type for f in msgspec.structs.fields(model) if f.encode_name == name), None)  # type: ignore[arg-type]  # _keys is not empty: a Struct


def _bare(model: object) -> object:
    """A type without `Annotated` and without `None` beside it."""
    if typing.get_origin(model) is typing.Annotated:
        return _bare(typing.get_args(model)[0])
    if typing.get_origin(model) in (typing.Union, types.UnionType):
        return _bare(next(one for one in typing.get_args(model) if one is not type(None)))
    return model


def _choices(model: object) -> tuple[Any, ...]:
    return typing.get_args(model) if typing.get_origin(model) is typing.Literal else ()


def _value_at(data: object, steps: list[Step]) -> object:
    for step in steps:
        try:
            data = data[step]  # type: ignore[index]  # what cannot be indexed ends the walk
        except (TypeError, KeyError, IndexError):
            return None
    return data


def _key(key: str) -> str:
    """A key as a path shows it: TOML allows any text."""
    return key if re.fullmatch(r"[\w-]+", key) else repr(key)


def _join(steps: list[Step], last: str = "") -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return f"{path}.{last}".strip(".") if last else path.strip(".")
