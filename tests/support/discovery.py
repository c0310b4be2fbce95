"""Google's own description of the YouTube Data API, held against what is asked and what is answered.

The document comes with `google-api-python-client`, which is a dependency of the tests alone.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

Json = Mapping[str, Any]
TYPES: dict[str, Any] = {
    "string": str,
    "boolean": bool,
    "object": dict,
    "array": list,
    "number": (int, float),
    "any": object,
}


@cache
def document() -> dict[str, Any]:
    """The discovery document."""
    path = files("googleapiclient") / "discovery_cache" / "documents" / "youtube.v3.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def method(name: str) -> dict[str, Any]:
    """`liveBroadcasts.insert`: its verb, path, parameters, request and response."""
    resource, _, verb = name.partition(".")
    found: dict[str, Any] = document()["resources"][resource]["methods"][verb]
    return found


def wrong_query(name: str, query: Mapping[str, str]) -> list[str]:
    """Parameters that Google does not know, lacks, or that are none of its values."""
    known = {**document()["parameters"], **method(name)["parameters"]}
    wrong = [f"{key} is no parameter of {name}" for key in query if key not in known]
    wrong += [f"{name} needs {key}" for key, p in known.items() if p.get("required") and key not in query]
    for key, value in query.items():
        allowed = known.get(key, {}).get("enum")
        if allowed and value not in allowed:
            wrong.append(f"{key}={value} is none of {allowed}")
        limits = known.get(key, {})
        if "minimum" in limits and not int(limits["minimum"]) <= int(value) <= int(limits["maximum"]):
            wrong.append(f"{key}={value} is not from {limits['minimum']} to {limits['maximum']}")
    return wrong


def wrong_request(name: str, body: object) -> list[str]:
    """What is wrong with a body; with none where one is expected."""
    wanted = method(name).get("request")
    if wanted is None:
        return [] if body is None else [f"{name} takes no body"]
    if body is None:
        return [f"{name} needs a body"]
    return [*_wrong({"$ref": wanted["$ref"]}, body, "body"), *_missing(name, wanted["$ref"], body, "body")]


def wrong_upload(name: str, query: Mapping[str, str], file: tuple[str, bytes] | None) -> list[str]:
    """What is wrong with a file (its media type, its bytes) that comes with a request; with none where one belongs."""
    wanted = method(name).get("mediaUpload")
    if wanted is None or file is None:
        return [f"{name}: a file, or none where one belongs"] if (wanted is None) != (file is None) else []
    way = "multipart" if method(name).get("request") else "media"
    wrong = [] if query.get("uploadType") == way else [f"{name} is not uploaded as {way}"]
    wrong += [] if file[0] in wanted["accept"] else [f"{name} takes no {file[0]}"]
    return wrong + ([] if 0 < len(file[1]) <= int(wanted["maxSize"]) else [f"{name} is empty or too large"])


def wrong_answer(name: str, body: object) -> list[str]:
    """What is wrong with an answer."""
    return list(_wrong({"$ref": method(name)["response"]["$ref"]}, body, "answer"))


def _wrong(schema: Json, value: object, at: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = document()["schemas"][schema["$ref"]]
    kind = schema.get("type", "any")
    if kind == "integer":
        if isinstance(value, bool) or not isinstance(value, int):
            yield f"{at} is no integer: {value!r}"
        return
    if not isinstance(value, TYPES[kind]):
        yield f"{at} is no {kind}: {value!r}"
        return
    if schema.get("enum") and value not in schema["enum"]:
        yield f"{at} is none of {schema['enum']}: {value!r}"
    if schema.get("format") == "date-time" and not re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$", str(value)):
        yield f"{at} is no time: {value!r}"
    if kind == "array" and isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _wrong(schema["items"], entry, f"{at}[{number}]")
    elif kind == "object" and isinstance(value, dict):
        yield from _wrong_properties(schema, value, at)


def _wrong_properties(schema: Json, value: Json, at: str) -> Iterator[str]:
    known = schema.get("properties", {})
    for key, entry in value.items():
        if key in known:
            yield from _wrong(known[key], entry, f"{at}.{key}")
        elif "additionalProperties" in schema:
            yield from _wrong(schema["additionalProperties"], entry, f"{at}.{key}")
        else:
            yield f"{at} has no {key}"


def _missing(name: str, schema_name: str, body: object, at: str) -> Iterator[str]:
    """Fields that Google marks as required for this method (`annotations.required`)."""
    if not isinstance(body, Mapping):
        return
    for key, entry in document()["schemas"][schema_name].get("properties", {}).items():
        needed = f"youtube.{name}" in entry.get("annotations", {}).get("required", ()) and not _old(entry)
        if needed and key not in body:
            yield f"{name} needs {at}.{key}"
        if "$ref" in entry and key in body:
            yield from _missing(name, entry["$ref"], body[key], f"{at}.{key}")


def _old(entry: Json) -> bool:
    """`cdn.format` is marked as required and as deprecated: what came in its place is sent."""
    return bool(entry.get("deprecated")) or "deprecated" in entry.get("description", "").lower()
