"""Who has been told of an alert, and how it stands at the backends."""

from dataclasses import dataclass
from typing import Any

from stack.addresses import Addresses
from tests.alert_receivers import AlertReceivers
from tests.e2e.backends import ask

FIRING, RESOLVED = "FIRING", "RESOLVED"


@dataclass(frozen=True)
class Told:
    """The three places that alerts arrive at, and Alertmanager, which they come from."""

    addresses: Addresses
    receivers: AlertReceivers

    def by_slack(self, subject: str) -> list[str]:
        """Return the messages under a subject, as `FIRING: DatabaseDown (travel-crm-api)`."""
        attachments = [attachment for body in self.receivers.slack for attachment in body["attachments"]]
        return [attachment["text"] for attachment in attachments if attachment["title"] == subject]

    def by_pagerduty(self, subject: str) -> list[dict[str, Any]]:
        """Return the events; one that ends an incident has no words of its own, so that its action counts."""
        status, _, rest = subject.partition(": ")
        begun = [event for event in self.receivers.pagerduty if event["payload"]["summary"].endswith(rest)]
        action = "trigger" if status == FIRING else "resolve"
        return [event for event in begun if event["event_action"] == action]

    def by_email(self, subject: str) -> list[str]:
        """Return the texts of the messages under a subject."""
        mailbox = f"{self.addresses.mailpit}/api/v1"
        found = ask(f"{mailbox}/search", query=f'subject:"{subject}"').raise_for_status()
        messages = [one for one in found.json()["messages"] if one["Subject"] == subject]
        return [ask(f"{mailbox}/message/{one['ID']}").json()["Text"] for one in messages]

    def everywhere(self, subject: str) -> bool:
        """Tell whether all three have it."""
        return all(told(subject) for told in (self.by_slack, self.by_pagerduty, self.by_email))

    def times(self, alert: str) -> int:
        """Return how often anybody was told, in any way, that an alert fires, of whatever service."""
        mailbox = f"{self.addresses.mailpit}/api/v1/search"
        found = ask(mailbox, query=f'subject:"{FIRING}: {alert}"', limit="500").raise_for_status()
        titles = [attachment["title"] for body in self.receivers.slack for attachment in body["attachments"]]
        summaries = [event["payload"]["summary"] for event in self.receivers.pagerduty]
        begun = [title for title in titles + summaries if title.startswith(f"{FIRING}: {alert}")]
        return len(begun) + len(found.json()["messages"])

    def inhibited(self) -> set[str]:
        """Return the names of the alerts that Alertmanager keeps back since another one fires."""
        alerts = ask(f"{self.addresses.alertmanager}/api/v2/alerts").raise_for_status().json()
        return {one["labels"]["alertname"] for one in alerts if one["status"]["inhibitedBy"]}
