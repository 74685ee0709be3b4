"""`python -m analytics.cli` is `holdfast`."""

import sys

from analytics.cli import main

sys.exit(main())
