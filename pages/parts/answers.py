"""Cached answers: a page asks a function of analytics once per question and version of the data."""

import datetime as dt
from collections.abc import Callable
from dataclasses import astuple, is_dataclass
from typing import Any, TypeVar

import streamlit as st

from analytics.store.dataset import Dataset
from analytics.store.trace import Asked, trace
from pages.parts.session import current_dataset

Answer = TypeVar("Answer")

_SCALARS = (str, int, float, bool, dt.date, type(None))


def read(function: Callable[..., Answer], *values: Any, **options: Any) -> Answer:
    """`function(dataset, *values, **options)` on the data set in force.

    Remembered by the function's name, the scalars and the build. Values are scalars, tuples of them or frozen
    declarations of them such as a Question; TypeError for a frame: Streamlit's cache tells frames apart by
    their first and last rows only.
    """
    answer: Answer = _find(function, values, options)[0]
    return answer


def queries_behind(function: Callable[..., Any], *values: Any, **options: Any) -> tuple[Asked, ...]:
    """The queries that `read` of the same function and values runs, as an analyst could run them."""
    asked: tuple[Asked, ...] = _find(function, values, options)[1]
    return asked


def _find(function: Callable[..., Any], values: tuple[Any, ...], options: dict[str, Any]) -> tuple[Any, Any]:
    dataset = current_dataset()
    scalars = tuple(map(_scalar, values)), tuple((name, _scalar(options[name])) for name in sorted(options))
    name = f"{function.__module__}.{function.__qualname__}"
    return _answer(name, scalars, dataset.build_id, function, dataset, values, options)


@st.cache_data(show_spinner=False, max_entries=512, ttl="2h")
def _answer(
    name: str,
    scalars: tuple[Any, ...],
    build_id: str,
    _function: Callable[..., Any],
    _dataset: Dataset,
    _values: tuple[Any, ...],
    _options: dict[str, Any],
) -> tuple[Any, tuple[Asked, ...]]:
    with trace() as asked:
        answer = _function(_dataset, *_values, **_options)
    return answer, tuple(asked)


def _scalar(value: Any) -> Any:
    if isinstance(value, _SCALARS):
        return value
    if isinstance(value, tuple):
        return tuple(map(_scalar, value))
    if is_dataclass(value) and not isinstance(value, type):
        return type(value).__qualname__, _scalar(astuple(value))
    raise TypeError(f"{type(value).__name__} cannot name an answer: pass scalars, tuples or a Question")
