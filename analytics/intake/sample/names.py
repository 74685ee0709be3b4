"""Names of invented companies and people, and the ids of everything."""

import numpy as np
import polars as pl

from analytics.intake.sample.draws import Draws, Ints

_WORDS = """
Alder Amber Anchor Arbor Aspen Birch Bramble Brook Cedar Cinder Clover Copper Coral Crane Dune Elm
Ember Falcon Fern Fjord Flint Garnet Glade Granite Grove Harbor Hazel Heath Heron Indigo Ivory Jasper
Juniper Kestrel Lark Laurel Linden Maple Marble Meadow Moss Nettle Oak Opal Orchard Otter Pebble Pine
Plover Quarry Quartz Raven Reed Ridge Rowan Sable Sage Sorrel Spruce Teal Thistle Umber Willow Yarrow
"""
_FIRST = tuple(_WORDS.split())
_SECOND = {
    "software": ("Software", "Systems", "Labs", "Data"),
    "retail": ("Stores", "Trading", "Markets", "Goods"),
    "logistics": ("Logistics", "Freight", "Transport", "Carriers"),
    "health": ("Clinics", "Care", "Health", "Diagnostics"),
    "education": ("Academy", "Learning", "Schools", "Courses"),
    "manufacturing": ("Works", "Tools", "Machines", "Components"),
}


def customer_ids(numbers: Ints) -> pl.Series:
    """C0000001, C0000002, …: number 0 is the first."""
    return (
        pl.Series("customer_id", numbers + 1)
        .cast(pl.String)
        .str.zfill(7)
        .to_frame()
        .select("C" + pl.col("customer_id"))
        .to_series()
    )


def company_names(draws: Draws, industries: Ints) -> pl.Series:
    """An invented company name per customer, its second word after the industry."""
    first = np.array(_FIRST)[(draws.uniform("first name") * len(_FIRST)).astype(int)]
    words = np.array(list(_SECOND.values()))
    second = words[industries, (draws.uniform("second name") * words.shape[1]).astype(int)]
    return pl.Series("name", [f"{a} {b}" for a, b in zip(first, second, strict=True)])
