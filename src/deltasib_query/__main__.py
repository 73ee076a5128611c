"""``python -m deltasib_query`` is the command ``deltasib-query``."""

from deltasib_query.cli import main

if __name__ == "__main__":
    main()
