"""What the product's events are called unless a program says otherwise (DESIGN, section 7)."""

SIGNED_UP = "Signed Up"
EMAIL_VERIFIED = "Email Verified"
SESSION_STARTED = "Session Started"
MESSAGE_SENT = "Message Sent"
CONVERSATION_STARTED = "Conversation Started"
API_REQUEST = "API Request"
ERROR = "Error"

# Their endpoint, method, status, latency and severity are counted, so they are checked when they arrive.
TYPED_EVENTS = frozenset({API_REQUEST, ERROR})

# Sent by machines: without a user id they are nobody's activity.
MACHINE_EVENTS = (API_REQUEST, ERROR)
