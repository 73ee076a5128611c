"""An API for editors of filters, as an application of Starlette to mount (extra ``web``)."""

from deltasib_query.integrations.web.app import assist

__all__ = ["assist"]
