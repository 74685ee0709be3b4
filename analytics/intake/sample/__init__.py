"""The sample company: a simulated subscription business whose every effect is known."""

from analytics.intake.sample.writer import SampleSummary, write_sample

__all__ = ["SampleSummary", "write_sample"]
