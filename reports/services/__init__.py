"""Every write of the reports: criteria, building, sending, subscriptions."""
