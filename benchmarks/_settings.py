"""The portal's settings with one more address: the intake endpoint as it would be with `bulk_create`."""

from betaportal.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks._urls"
