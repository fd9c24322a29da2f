"""How dates are written where Django writes them: short, with a 24-hour clock, the same everywhere."""
