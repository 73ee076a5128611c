"""An API for editors of filters, as an application of Starlette to mount (extra ``web``)."""

from deltasib_query.errors import MissingExtraError

try:
    from deltasib_query.integrations.web.app import assist
except ModuleNotFoundError as missing:
    if missing.name != "starlette":
        raise
    raise MissingExtraError("web", "starlette") from None

__all__ = ["assist"]
