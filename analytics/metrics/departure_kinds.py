"""What tells a payment that failed from a customer who chose to leave."""

import polars as pl

VOLUNTARY, PAYMENT_FAILURE, UNKNOWN = "voluntary", "payment_failure", "unknown"
KINDS = (VOLUNTARY, PAYMENT_FAILURE, UNKNOWN)
RECORD_DAYS = 90  # a stated reason this near to a departure belongs to it
_PAYMENT_WORDS = r"(?i)payment|involuntary|dunning|declined|unpaid|delinquent"
_FAILED = ("failed", "uncollectible", "past_due", "unpaid", "declined")


def name_kind() -> pl.Expr:
    """The kind of a departure, from its columns reason (as stated) and status, failed_attempts and is_unpaid (1 or 0)
    of the last bill due by then.

    `payment_failure`: the reason speaks of payment, or that bill had failed and is unpaid; `unknown`: there is
    neither reason nor bill; `voluntary`: the others.
    """
    says_payment = pl.col("reason").str.contains(_PAYMENT_WORDS).fill_null(False)
    has_bounced = (pl.col("failed_attempts") > 0).fill_null(False)
    has_failed = has_bounced | pl.col("status").str.to_lowercase().is_in(_FAILED).fill_null(False)
    is_unpaid = (pl.col("is_unpaid") == 1).fill_null(False)
    return (
        pl.when(says_payment | (has_failed & is_unpaid))
        .then(pl.lit(PAYMENT_FAILURE))
        .when(pl.col("reason").is_null() & pl.col("is_unpaid").is_null())
        .then(pl.lit(UNKNOWN))
        .otherwise(pl.lit(VOLUNTARY))
    )
