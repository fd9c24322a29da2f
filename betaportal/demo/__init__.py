"""The demo program: thirty days of an AccuBooks beta, lived through the real services and the real HTTP intake."""
