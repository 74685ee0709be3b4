"""Who is likely to leave and what goes with it: preparation, training, calibration, explanation, model card.

Pure functions on Polars frames and NumPy arrays; nothing here reads the store.
"""

import os

# OpenMP threads that spin while they wait make training up to 25 times slower on busy cores; XGBoost reads
# this at import.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
