"""How a catalogue that was copied with its data root tells that its views still read the old one."""

from __future__ import annotations


def unmoved(path: str, file: str) -> str:
    """Return a condition that fails, with the mend, where a catalogue is opened elsewhere than it was made for.

    Its views name files by absolute paths: those of a copied or moved data root would read the old one.

    Args:
        path: an SQL literal of the catalogue's own path.
        file: the name that every catalogue has.
    """
    return f"""(
        SELECT CASE WHEN at_home OR elsewhere IS NULL THEN true ELSE error(
            'This catalogue reads the data root of ' || {path} || ', and was opened as ' || elsewhere
            || '. Write it anew: sharegpt tables --rebuild --data FOLDER'
        ) END
        FROM (
            SELECT bool_or(path = {path}) AS at_home, max(path) FILTER (path LIKE '/%/{file}') AS elsewhere
            FROM duckdb_databases() WHERE NOT internal
        )
    )"""
