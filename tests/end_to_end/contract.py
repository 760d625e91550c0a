"""Holds what the server answers against http/openapi.json."""
import collections, functools, json, pathlib, re

import jsonschema

DOCUMENT = json.loads((pathlib.Path(__file__).resolve().parents[2] / "http" / "openapi.json").read_text())
METHODS = ("get", "post", "patch", "delete")
FILES = ("/docs.js", "/docs.css")  # that a page of the contract asks for
CHECKED_ITEMS = 20  # of one page: they are all made by the same code, and checking is slow

seen = collections.Counter()  # (operation, status): how often it was checked


def resolve(what):
    while "$ref" in what:
        what = functools.reduce(lambda at, key: at[key], what["$ref"][2:].split("/"), DOCUMENT)
    return what


@functools.cache
def validator(pointer):
    return jsonschema.Draft202012Validator(
        {"$ref": pointer}, resolver=jsonschema.RefResolver("", DOCUMENT))


@functools.cache
def patterns():
    """Plain paths before those with placeholders, as a router takes them."""
    return sorted(((re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path).replace(".", r"\.").replace(r"[^/]\.", "[^/].")), path)
                   for path in DOCUMENT["paths"]), key=lambda it: it[1].count("{"))


def operation_of(method, target):
    path = target.partition("?")[0]
    for pattern, name in patterns():
        if pattern.fullmatch(path):
            return DOCUMENT["paths"][name].get(method.lower()), name
    return None, path


def shortened(body):
    if isinstance(body, dict) and isinstance(body.get("items"), list):
        return {**body, "items": body["items"][:CHECKED_ITEMS]}
    return body


def check_message(text):
    """Complains if the contract does not have this message of a live feed; gives it read."""
    message = json.loads(text)
    for fault in validator("#/components/schemas/LiveMessage").iter_errors(message):
        raise AssertionError(f"{text[:500]}: {fault.json_path}: {fault.message}")
    return message


def check(method, target, status, kind, text):
    """Complains if the contract does not have this answer."""
    where = f"{method} {target} answered {status} {kind}"
    operation, path = operation_of(method, target)
    if path in FILES:
        return
    if operation is None:
        assert status in (400, 404, 405, 422), f"{where}, and the contract does not know it"
        answers = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    else:
        assert str(status) in operation["responses"], f"{where}, which the contract does not have: {text[:500]}"
        answers = resolve(operation["responses"][str(status)])
        seen[operation["operationId"], status] += 1
    content = answers.get("content", {})
    kind = kind.partition(";")[0]
    assert kind in content, f"{where}; the contract has {list(content)}"
    schema = content[kind]["schema"]
    if "$ref" in schema and kind.endswith("json"):
        body = json.loads(text)
        for fault in validator(schema["$ref"]).iter_errors(shortened(body)):
            raise AssertionError(f"{where}: {fault.json_path}: {fault.message}")
