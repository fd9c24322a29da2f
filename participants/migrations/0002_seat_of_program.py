"""Nobody holds a seat of another program: the holder's foreign key names the program as well as the seat."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("participants", "0001_initial"), ("programs", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql="""
                ALTER TABLE participants_participant
                    ADD CONSTRAINT participant_seat_of_program
                    FOREIGN KEY (program_id, seat_id) REFERENCES programs_seat (program_id, id)
                    DEFERRABLE INITIALLY IMMEDIATE;
            """,
            reverse_sql="ALTER TABLE participants_participant DROP CONSTRAINT participant_seat_of_program;",
        )
    ]
