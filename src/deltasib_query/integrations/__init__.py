"""Rows for other libraries: Apache Arrow (extra ``arrow``), Dask (extra ``dask``)."""
