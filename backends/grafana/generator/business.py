"""What the agency lives on: bookings, payments, e-mails, jobs, and the service levels promised."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from backends.grafana.generator.page import add_row, create_page
from backends.grafana.generator.panels import log_lines, single, timeseries

_RANGE = "[$__range]"
_EVERY = "[$__rate_interval]"


def create_business_page() -> Dashboard:
    """Return the dashboard."""
    page = create_page(
        "business", "Travel CRM: business", "Bookings, payments, e-mails, jobs and service levels."
    )
    add_row(page, "In this time", _totals())
    add_row(page, "Bookings and payments", _sales())
    add_row(page, "E-mails, jobs and service levels", _promises())
    return page


def _totals() -> list[object]:
    def total(metric: str, more: str = "") -> str:
        return f"sum(increase({metric}{more}{_RANGE}))"

    return [
        single("Bookings", "short", total("travel_crm_bookings_created_total")),
        single("Payments", "short", total("travel_crm_payments_processed_total", '{status="captured"}')),
        single("E-mails", "short", total("travel_crm_emails_sent_total", '{status="sent"}')),
        single("Service levels breached", "short", total("travel_crm_sla_breaches_total")),
    ]


def _a_minute(metric: str, *labels: str) -> str:
    return f"60 * sum by ({', '.join(labels)}) (rate({metric}{_EVERY}))"


def _sales() -> list[object]:
    bookings = _a_minute("travel_crm_bookings_created_total", "status")
    payments = _a_minute("travel_crm_payments_processed_total", "gateway", "status")
    return [
        timeseries("Bookings a minute", "short", {"{{status}}": bookings}),
        timeseries("Payments a minute", "short", {"{{gateway}} {{status}}": payments}),
    ]


def _promises() -> list[object]:
    emails = _a_minute("travel_crm_emails_sent_total", "type", "status")
    breaches = _a_minute("travel_crm_sla_breaches_total", "severity")
    # Several processes look at the same queue.
    jobs = "max by (queue_name, status) (travel_crm_job_queue_size)"
    return [
        timeseries("E-mails a minute", "short", {"{{type}} {{status}}": emails}),
        timeseries("Jobs", "short", {"{{queue_name}} {{status}}": jobs}),
        timeseries("Service levels breached a minute", "short", {"{{severity}}": breaches}),
        log_lines("What went wrong", '{service_name=~"travel-crm-.*"} | severity_number >= 13'),
    ]
