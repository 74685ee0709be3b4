"""What several tables of the contract share: the customer's key, and the order of two instants."""

import polars as pl

from analytics.contract.columns import Column, Rule


def customer_key() -> Column:
    """The key every table carries."""
    return Column(
        name="customer_id",
        kind="text",
        is_id=True,
        required=True,
        meaning="the customer",
        example="C00042",
        synonyms=(
            *("customer", "customerid", "custid", "userid", "uid", "user", "accountid", "account", "clientid"),
            *("memberid", "subscriberid", "customernumber", "customerno", "custno", "clientnumber", "client"),
            *("member", "kundennummer", "kundennr", "id"),
        ),
    )


def in_order(first: str, second: str, *, equal: bool = True) -> Rule:
    """The rule that one instant does not lie before another (`equal`: may be the same)."""
    late = pl.col(second) < pl.col(first) if equal else pl.col(second) <= pl.col(first)
    return Rule(
        name=f"{second}_not_before_{first}",
        sentence=f"{second} must not lie before {first}",
        columns=(first, second),
        broken=late,
    )
