"""Loads the heavy libraries once per process, before the first page runs.

Simultaneous first sessions otherwise meet half-imported modules, and every full garbage collection walks
through everything they brought: frozen, it does not.
"""

import gc
import importlib
import os
from functools import cache
from threading import Lock

import streamlit as st

LIBRARIES = ("pandas", "pyarrow", "polars", "duckdb", "plotly.graph_objects", "xgboost")
_lock = Lock()


def warm_up() -> None:
    """Imports everything pages use; one session does it while the others wait."""
    with _lock:
        _import_all()


@cache
def _import_all() -> None:
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read when xgboost is imported
    for library in LIBRARIES:
        importlib.import_module(library)
    # With hot reload old modules must stay collectable.
    if st.get_option("server.fileWatcherType") == "none":
        gc.collect()
        gc.freeze()
