"""The exact words of the signing screen. The page shows them and the evidence keeps them, both from here.

Whoever changes a word raises the version beside it, so that each signature says which screen it was given on.
"""

SCREEN_VERSION = "1"
BOX_LABEL = "I have read the agreement, I agree to it, and I consent to sign it online."
BUTTON_TEXT = "Sign the agreement"

CONSENT_VERSION = "1"
CONSENT_TEXT = (
    "Signing online is your choice. If you tick the box and type your name, that is your signature, and this agreement "
    "and its copy reach you electronically. You need a browser, an e-mail address and a program that shows PDF files. "
    "You may ask for a paper version instead, ask for another copy at any time, and withdraw this consent for the "
    "future by writing to the team; a withdrawal does not undo what was signed before."
)

INTENT = {
    "box": BOX_LABEL,
    "box_was": "unticked until the person ticked it",
    "button": BUTTON_TEXT,
    "screen": SCREEN_VERSION,
}
