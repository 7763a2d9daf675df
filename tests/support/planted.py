"""Modules that nobody is to import: each leaves a mark where it is."""

from pathlib import Path

# Of Python's own, of libraries, and of ours: modules that the command's children import.
PLANTED = (
    "secrets", "struct", "random", "uuid", "signal", "selectors", "pickle", "base64", "json/__init__",
    "concurrent/__init__", "uvicorn/__init__", "psutil/__init__", "pyarrow/__init__", "polars/__init__",
    "duckdb/__init__", "prefect/__init__", "pydantic/__init__", "tasks/__init__", "tasks/guard",
    "tasks/runtime/__init__", "tasks/runtime/guard", "flows/__init__", "schemas/__init__", "sitecustomize",
    "usercustomize",
)  # fmt: skip


def plant(home: Path) -> tuple[Path, Path]:
    """Return a working folder full of modules that leave a mark when they are imported, and the file of the marks."""
    folder, marks = home / "work", home / "marks"
    for name in PLANTED:
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"open({str(marks)!r}, 'a').write('{name} ' + __name__ + chr(10))\n")
    return folder, marks
