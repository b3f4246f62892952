"""The screen shows every figure that there is, and says where there is none."""

import io

from rich.console import Console

from stack.terminal import Terminal
from stack.top.samples import Samples
from stack.top.screen import draw
from stack.traces.trace import Record

SERVICE = """\
travel_crm_cache_hit_rate{cache_type="booking",instance="w0"} 40
travel_crm_cache_hit_rate{cache_type="booking",instance="w1"} 60
travel_crm_emails_sent_total{status="sent",type="payment_receipt"} 7
travel_crm_db_query_duration_seconds_count{operation="find",collection="bookings"} 50
travel_crm_db_query_duration_seconds_bucket{operation="find",collection="bookings",le="0.01"} 50
travel_crm_db_query_duration_seconds_bucket{operation="find",collection="bookings",le="+Inf"} 50
"""


def screen(text: str, *errors: Record) -> str:
    """Return what a pipe gets after five seconds with these metrics."""
    file = io.StringIO()
    Terminal(Console(file=file)).show(draw(Samples.parse("", 0), Samples.parse(text, 5), errors))
    return file.getvalue()


def test_metrics_are_shown_with_their_labels() -> None:
    """A rate that each instance measures of its own is averaged, totals are added up."""
    shown = " ".join(screen(SERVICE).split())

    assert "cache hit rate, booking 50 %" in shown
    assert "e-mails sent, payment_receipt sent 7" in shown
    assert "find bookings 10.0 9.5" in shown


def test_last_errors_are_one_line_each() -> None:
    """A stack trace would push the rest from the screen; brackets are no markup."""
    shown = screen("", Record("", "travel-crm-api", "ERROR", 0, "no [bold] gateway\n  Traceback"))

    assert "travel-crm-api" in shown
    assert "no [bold] gateway Traceback" in shown


def test_silence_is_said() -> None:
    """Nobody wonders whether it works."""
    shown = screen("")

    assert "no requests" in shown
    assert "none" in shown
