"""What only Python 3.14 reads; an older Python does not collect it."""

from __future__ import annotations

import sys

collect_ignore_glob = [] if sys.version_info >= (3, 14) else ["test_*"]
