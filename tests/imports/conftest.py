"""A folder of CSV files that is written, changed and imported."""

import csv

import pytest

from portal.imports.folder import import_folder
from tests.imports.folders import good


@pytest.fixture
def folder(tmp_path):
    """Writes a folder, each file changed as asked, and imports it."""

    def load(rows=None, **options):
        rows = good() if rows is None else rows
        for file in tmp_path.glob("*.csv"):
            file.unlink()
        for name, records in rows.items():
            with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(records[0]))
                writer.writeheader()
                writer.writerows(records)
        return import_folder(tmp_path, **options)

    load.path = tmp_path
    return load
