"""The program home: the page that staff open first. What needs them, what changed, what is next."""
