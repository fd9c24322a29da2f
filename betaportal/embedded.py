from pathlib import Path


def database_url(var_dir: Path) -> str:
    return f"postgres://betaportal@/betaportal?host={var_dir}"


def redis_url(var_dir: Path) -> str:
    return f"redis+socket://{var_dir}/valkey.sock"
