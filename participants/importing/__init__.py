"""Files of people: from bytes to checked rows, without the database."""
