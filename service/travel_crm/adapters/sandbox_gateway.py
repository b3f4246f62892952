"""A payment gateway that moves no money and does what its token says.

The tokens are what tests and demonstrations steer it with, as the gateways of the real world offer them.
"""

import json

from travel_crm.domain.payments import Charge, Payment, PaymentStatus

_ANSWERS = {
    "tok_declined": '{"status": "declined"}',
    "tok_broken": "<html>502 Bad Gateway</html>",
}
_APPROVED = '{"status": "captured"}'


class SandboxGateway:
    """Approves every charge, but for the tokens `tok_declined` and `tok_broken`."""

    async def charge(self, payment: Payment, token: str, idempotency_key: str) -> Charge:
        """Return the answer that the token stands for.

        `tok_broken` is answered with something that is no JSON, as a proxy before a real gateway would; like
        any answer nobody foresaw it raises.
        """
        answer = json.loads(_ANSWERS.get(token, _APPROVED))
        return Charge(status=PaymentStatus(answer["status"]), reference=f"sandbox-{payment.id}")
