"""The page of ``deltasib-query console``: an application of Starlette for one person on this machine."""

import deltasib_query.sandbox  # noqa: F401  it says which library is missing, where one is
