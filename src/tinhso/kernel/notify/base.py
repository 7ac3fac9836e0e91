"""What an SMS gateway is to the house."""

from typing import Protocol


class GatewayFault(Exception):
    """The gateway did not take the message; it is offered again later."""


class SmsGateway(Protocol):
    def send(self, number: str, text: str, key: str) -> None:
        """Hand over one message. ``key`` is the same when a message is offered again. Raises GatewayFault."""
