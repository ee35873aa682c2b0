"""Boils a TM Forum Swagger 2.0 specification down to what the sandbox needs to route and to check.

The official specifications stay outside the project; the outcome of this module lies beside it as ``tmf*.json``,
and a test compares the two.

A contract is ``{api, basePaths, kinds: {kind: {methods, create, update, required, attributes}}, events, types}``.
``create`` and ``update`` name an entry of ``types``, which is ``{required: [...], attributes: {name: type}}``.
A type is one of ``string number integer boolean object any date-time uri``, ``#Name`` of another entry, ``[type]``
for a list (``[type, 1]`` for one that may not be empty) or ``{"enum": [...]}``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sandbox.documents import Document

API_NUMBERS = ("620", "621", "622", "629", "637", "646", "653", "654", "658", "677", "678", "680", "683")

# The published basePath of 680, /customer/v4/, says nothing of recommendations: it is served, but not shown in links.
_OWN_PATHS = {"680": ["/tmf-api/recommendation/v4"]}
_CHECKED_FORMATS = {"date-time", "uri"}


def build(api: str, spec: Document) -> Document:
    """The contract of one API from its specification."""
    kinds: Document = {}
    for path, operations in spec["paths"].items():
        parts = path.strip("/").split("/")
        if parts[0] in {"listener", "hub"}:
            continue
        kind = kinds.setdefault(
            parts[0], {"methods": [[], []], "create": None, "update": None, "required": [], "attributes": []}
        )
        kind["methods"][len(parts) - 1] = sorted(method.upper() for method in operations)
        if "post" in operations:
            kind["create"] = _body_type(operations["post"])
        if "patch" in operations:
            kind["update"] = _body_type(operations["patch"])
        if len(parts) == 2:
            model = operations["get"]["responses"]["200"]["schema"]["$ref"].split("/")[-1]
            kind["required"] = sorted(spec["definitions"][model].get("required", ()))
            kind["attributes"] = sorted(spec["definitions"][model]["properties"])
    types: Document = {}
    for kind in kinds.values():
        for name in filter(None, (kind["create"], kind["update"])):
            _collect(name, spec["definitions"], types)
    events = sorted(path.rsplit("/", 1)[1] for path in spec["paths"] if path.startswith("/listener/"))
    return {
        "api": api,
        "basePaths": [*_OWN_PATHS.get(api, ()), spec["basePath"].rstrip("/")],
        "kinds": kinds,
        "events": events,
        "types": dict(sorted(types.items())),
    }


def _body_type(operation: Document) -> str:
    body = next(item for item in operation["parameters"] if item["in"] == "body")
    return str(body["schema"]["$ref"].split("/")[-1])


def _collect(name: str, definitions: Document, types: Document) -> None:
    if name in types:
        return
    definition = definitions[name]
    attributes: Document = {}
    types[name] = {"required": sorted(definition.get("required", ())), "attributes": attributes}
    for attribute, schema in definition.get("properties", {}).items():
        attributes[attribute] = _type(schema, definitions, types)


def _type(schema: Document, definitions: Document, types: Document) -> Any:
    if "$ref" in schema:
        name = schema["$ref"].split("/")[-1]
        target = definitions[name]
        if "enum" in target:
            return {"enum": target["enum"]}
        if not target:
            return "any"
        _collect(name, definitions, types)
        return f"#{name}"
    if schema.get("type") == "array":
        inner = _type(schema["items"], definitions, types)
        return [inner, schema["minItems"]] if schema.get("minItems") else [inner]
    if schema.get("format") in _CHECKED_FORMATS:
        return schema["format"]
    return schema.get("type", "any")


def text(contract: Document) -> str:
    """The file form: one kind or type a line, so that a difference reads well."""
    lines = []
    for name, value in contract.items():
        if isinstance(value, dict):
            inner = ",\n".join(f"  {json.dumps(key)}: {json.dumps(item)}" for key, item in value.items())
            lines.append(f'"{name}": {{\n{inner}\n}}')
        else:
            lines.append(f'"{name}": {json.dumps(value)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def read_specification(folder: Path, api: str) -> Document:
    """The parsed specification of one API."""
    specification: Document = json.loads((folder / f"TMF{api}-v4.json").read_text(encoding="utf-8"))
    return specification
