"""The one API of the house: ninja with our rules around every operation."""

import json
from collections.abc import Callable
from functools import cached_property, partial, wraps
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation, PathView
from ninja.router import BoundRouter

from tinhso.kernel.errors import Problem
from tinhso.kernel.http import problems
from tinhso.kernel.http.idempotency import once
from tinhso.kernel.http.session import require_token
from tinhso.kernel.policy import PUBLIC, ActedRequest, Policy, guard

#: ``openapi_extra`` of an operation that needs If-Match.
IF_MATCH: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "If-Match",
            "required": True,
            "schema": {"type": "string"},
            "description": "the ETag of the last read; 412 when somebody changed it since, 428 when missing",
        }
    ]
}
_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "a fresh UUID for each act; the same key within 24 hours gets the first answer again",
}


class HouseAPI(NinjaAPI):
    """Policy before parsing, CSRF for session cookies, idempotent POST, problems for every refusal."""

    def __init__(self, **options: Any) -> None:
        super().__init__(docs_url=None, openapi_url=None, **options)
        problems.install(self)
        self._governed = False

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        *operations, _root = super()._get_urls()
        ours = path("openapi.json", self._description(), name="openapi-json")
        return [ours, *operations, path("", guard(PUBLIC)(_nothing_here), name="api-root")]

    def _description(self) -> Callable[[HttpRequest], HttpResponse]:
        @guard(PUBLIC)
        def description(request: HttpRequest) -> HttpResponse:
            return HttpResponse(self.described, content_type="application/json", headers={"Cache-Control": "no-cache"})

        return description

    @cached_property
    def described(self) -> str:
        """The description as it is served and committed."""
        return json.dumps(self.get_openapi_schema(), default=str, ensure_ascii=False, indent=1) + "\n"

    def _get_bound_routers(self) -> list[BoundRouter]:
        routers = super()._get_bound_routers()
        if not self._governed:
            self._governed = True
            for router in routers:
                for view in router.path_operations.values():
                    self._govern(view)
        return routers

    def _govern(self, view: PathView) -> None:
        view._not_allowed = partial(_not_allowed, view)  # type: ignore[method-assign]
        for operation in view.operations:
            operation.run = _governed(operation)  # type: ignore[method-assign]

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """OpenAPI 3.1 with the problem responses, headers and security that hold for every operation."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        _document(self, schema)
        return schema


def policy_of(operation: Operation) -> Policy | None:
    """The policy that ``@guard`` put on the operation's function."""
    return getattr(operation.view_func, "policy", None)


def _governed(operation: Operation) -> Any:
    run = operation.run

    @wraps(run)
    def governed(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        actor = cast(ActedRequest, request).actor
        try:
            require_token(request)
            policy = policy_of(operation)
            if policy is not None:
                policy.require(actor)
            answer = once(request, actor, partial(run, request, **kwargs))
        except Problem as problem:
            return problems.problem_response(problem)
        if not answer.has_header("Cache-Control"):
            answer["Cache-Control"] = "private, no-store"
        return answer

    return governed


def _nothing_here(request: HttpRequest) -> HttpResponse:
    """The bare address of the API, needed by the framework to know its own place."""
    return problems.of_status(HTTPStatus.NOT_FOUND)


def _not_allowed(view: PathView) -> HttpResponse:
    response = problems.of_status(HTTPStatus.METHOD_NOT_ALLOWED)
    response["Allow"] = ", ".join(sorted({method for operation in view.operations for method in operation.methods}))
    return response


def _document(api: HouseAPI, schema: OpenAPISchema) -> None:
    components = schema["components"]
    parts = problems.ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    components["schemas"] |= parts.pop("$defs", {}) | {"ProblemOut": parts}
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "from POST /api/v1/sessions"},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "with X-CSRFToken on changes",
        },
    }
    policies = {
        api.get_openapi_operation_id(operation) if not operation.operation_id else operation.operation_id: policy
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
        if (policy := policy_of(operation)) is not None
    }
    for methods in schema["paths"].values():
        for method, details in methods.items():
            _document_operation(method, details, policies.get(details["operationId"]))


def _document_operation(method: str, details: dict[str, Any], policy: Policy | None) -> None:
    statuses = [400, 401, 403, 404, 422, 429, 500, 503]
    public = policy is not None and policy.public
    if not public:
        details["security"] = [{"bearer": []}, {"session": []}]
    if policy is not None:
        details["x-policy"] = policy.name
    if method == "post":
        details["parameters"] = [*details.get("parameters", []), _KEY]
    if method != "get":
        statuses += [409, 413]
    if any(p["name"] == "If-Match" for p in details.get("parameters", [])):
        statuses += [412, 428]
    body = {"content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}}
    documented = {int(status) for status in details["responses"]}
    for status in sorted(set(statuses) - documented):
        details["responses"][status] = {"description": HTTPStatus(status).phrase, **body}
