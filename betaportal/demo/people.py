"""The sixteen people of the demo. All are invented; example.org and its kin belong to nobody."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Persona:
    """A person of the demo.

    `joins` is the day of the program (1 is the first) on which the invite is accepted; `diligence` is the chance that
    they use the product on a working day; `sessions` is how many sessions such a day has on average.
    """

    name: str
    email: str
    tier: str
    cohort: str
    joins: int
    diligence: float
    sessions: float
    signs: bool = True

    @property
    def external_id(self) -> str:
        return f"acb-{self.email.split('@')[0]}"


PEOPLE = (
    Persona("Maria Berg", "maria.berg@example.org", "ENTERPRISE", "Finance teams", 1, 0.95, 2.2),
    Persona("Jonas Weber", "jonas.weber@example.org", "PREMIUM", "Bookkeepers", 1, 0.90, 1.8),
    Persona("Aiko Tanaka", "aiko.tanaka@example.com", "PREMIUM", "Finance teams", 1, 0.85, 1.6),
    Persona("Olumide Adeyemi", "olumide.adeyemi@example.net", "FREE", "Founders", 2, 0.80, 1.4),
    Persona("Sofía Álvarez", "sofia.alvarez@example.org", "PREMIUM", "Bookkeepers", 2, 0.90, 2.0),
    Persona("Liam O’Connor", "liam.oconnor@example.com", "FREE", "Founders", 2, 0.55, 1.2),
    Persona("Priya Raman", "priya.raman@example.net", "ENTERPRISE", "Finance teams", 3, 0.90, 2.1),
    Persona("Chen Wei", "chen.wei@example.org", "FREE", "Founders", 3, 0.70, 1.3),
    Persona("Hanna Lindqvist", "hanna.lindqvist@example.com", "PREMIUM", "Bookkeepers", 4, 0.75, 1.5),
    Persona("Mateusz Kowalski", "mateusz.kowalski@example.net", "FREE", "Founders", 5, 0.60, 1.2),
    Persona("Fatima Zahra", "fatima.zahra@example.org", "PREMIUM", "Finance teams", 6, 0.85, 1.7),
    Persona("Noah Fischer", "noah.fischer@example.com", "FREE", "Bookkeepers", 8, 0.45, 1.1),
    Persona("Grace Mwangi", "grace.mwangi@example.net", "ENTERPRISE", "Finance teams", 9, 0.95, 2.4),
    Persona("Lucas Moreau", "lucas.moreau@example.org", "FREE", "Founders", 10, 0.35, 1.1),
    Persona("Emily Carter", "emily.carter@example.com", "PREMIUM", "Bookkeepers", 15, 0.80, 1.6),
    Persona("Yusuf Demir", "yusuf.demir@example.net", "FREE", "Founders", 29, 0.50, 1.2, signs=False),
)
