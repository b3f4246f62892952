"""Delivery: takes encoded telemetry and sees that it arrives, or says what did not."""
