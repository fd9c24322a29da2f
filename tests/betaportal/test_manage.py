"""manage.py says in one sentence what has nothing to do with the command that was typed."""

import subprocess
from pathlib import Path

import pytest

from tests.processes import ROOT, overlaid, python


def manage(*arguments: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """Run manage.py as a person would, without this test run's servers."""
    without = {"DATABASE_URL": None, "REDIS_URL": None, "DJANGO_SETTINGS_MODULE": None}
    return subprocess.run(
        python("manage.py", *arguments),
        cwd=ROOT,
        env=overlaid({**without, **environment}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_database_running_is_said_with_how_to_start_one(tmp_path: Path) -> None:
    done = manage("migrate", VAR_DIR=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        f"PostgreSQL does not run for VAR_DIR {tmp_path}: start it with `make services` or `make run`."
    )
    assert "Traceback" not in done.stderr


def test_an_outside_database_that_is_away_is_told_apart(tmp_path: Path) -> None:
    done = manage("migrate", VAR_DIR=str(tmp_path), DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("The database that DATABASE_URL names does not answer: ")


def test_a_var_dir_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = manage("check", VAR_DIR=str(tmp_path / "file"))
    assert done.returncode == 1
    assert done.stderr == f"VAR_DIR {tmp_path}/file cannot be a folder: a file is in its way.\n"


def test_production_names_what_it_lacks(tmp_path: Path) -> None:
    done = manage("check", VAR_DIR=str(tmp_path), BETAPORTAL_ENV="production", SECRET_KEY="x")
    assert done.returncode == 1
    assert done.stderr.startswith("Betaportal does not start in production without DATABASE_URL, REDIS_URL, EMAIL_URL")


@pytest.mark.parametrize(
    ("noted", "given", "url"), [("8350", None, 8350), ("8350", "9000", 9000), ("junk", None, 8000)]
)
def test_links_of_commands_lead_to_the_port_of_make_run(
    tmp_path: Path, noted: str, given: str | None, url: int
) -> None:
    (tmp_path / "port").write_text(noted)
    done = manage("diffsettings", VAR_DIR=str(tmp_path), PORT=given, PUBLIC_URL=None)
    assert f"PUBLIC_URL = 'http://localhost:{url}'" in done.stdout


def test_prepare_shows_an_example() -> None:
    assert "example: python manage.py prepare" in manage("prepare", "--help").stdout


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"BETAPORTAL_ENV": "Production"}, "BETAPORTAL_ENV is “Production”"),
        ({"BETAPORTAL_ENV": "production", "DEBUG": "1"}, "does not start in production with DEBUG"),
    ],
)
def test_settings_that_would_open_the_portal_are_refused(
    tmp_path: Path, environment: dict[str, str], sentence: str
) -> None:
    needed = dict.fromkeys(["DATABASE_URL", "REDIS_URL", "SECRET_KEY", "EMAIL_URL", "ALLOWED_HOSTS", "PUBLIC_URL"], "x")
    done = manage("check", VAR_DIR=str(tmp_path), **{**needed, "DATABASE_URL": "postgres://a@b/c", **environment})
    assert done.returncode == 1
    assert sentence in done.stderr.splitlines()[-1]
