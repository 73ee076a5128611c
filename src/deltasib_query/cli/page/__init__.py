"""The page of ``deltasib-query console``: an application of Starlette for one person on this machine."""
