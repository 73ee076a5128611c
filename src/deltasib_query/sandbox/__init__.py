"""The documented service itself, embedded, for development and tests (extra ``sandbox``)."""

from deltasib_query.errors import MissingExtraError

try:
    import python_multipart  # noqa: F401  starlette asks for it only when the first form arrives

    from deltasib_query.sandbox.faults import Faults
    from deltasib_query.sandbox.server import Sandbox
except ModuleNotFoundError as error:
    missing = (error.name or "").partition(".")[0]
    if missing not in {"jwt", "python_multipart", "sqlalchemy", "starlette", "uvicorn"}:
        raise
    raise MissingExtraError("sandbox", missing) from None

__all__ = ["Faults", "Sandbox"]
