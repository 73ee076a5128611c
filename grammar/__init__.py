"""The Filter language as data: `filter.lark`, and the conformance cases beside it."""
