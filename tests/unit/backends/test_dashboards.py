"""The dashboards: what is committed is what their source makes, and Grafana knows every field of it."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backends.grafana.generator.__main__ import FOLDER, generate
from stack.build.binaries import Binaries
from tests.catalogues.dashboard_queries import queries_of
from tests.catalogues.metrics import asked_for, known_series

FILES = sorted(FOLDER.glob("*.json"))
_VARIABLE = re.compile(r'(=~|!~|=|!=) ?"\$\w+"')


def page(file: Path) -> dict[str, Any]:
    """Return a dashboard as it is committed."""
    return json.loads(file.read_text(encoding="utf-8"))


def queries(file: Path) -> Iterator[str]:
    """Return every query of a dashboard, of its panels and of its variables."""
    for query in queries_of(page(file)):
        yield query.text


def test_committed_files_are_what_the_source_makes() -> None:
    """`make dashboards` was run after the last change."""
    assert {file.name: file.read_text(encoding="utf-8") for file in FILES} == generate()


def test_every_dashboard_keeps_to_the_schema(binaries: Binaries) -> None:
    """Strictly: an unknown field is an error."""
    done = subprocess.run([binaries("dashboard-check"), *FILES], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_field_that_grafana_does_not_know_is_found(binaries: Binaries, tmp_path: Path) -> None:
    """The checker looks into the panels too."""
    content = page(FILES[0])
    content["panels"][1]["options"]["colour"] = "red"
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(content), encoding="utf-8")

    done = subprocess.run([binaries("dashboard-check"), broken], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "colour" in done.stderr


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_variables_are_matched_as_patterns(file: Path) -> None:
    """Of a variable several values can be chosen, which `=` would not understand."""
    for query in queries(file):
        assert set(_VARIABLE.findall(query)) <= {"=~"}, query


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_panels_ask_for_what_there_is(file: Path) -> None:
    """Each name that Prometheus is asked for is documented, or recorded by a rule."""
    for query in queries_of(page(file)):
        if query.source == "prometheus":
            assert asked_for(query.filled()) <= known_series(), query.where


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_panels_say_what_they_show(file: Path) -> None:
    """Each has a title, a query where it draws data, and a source that is provisioned."""
    for panel in page(file)["panels"]:
        assert panel["title"]
        if panel["type"] != "row":
            assert panel["targets"], panel["title"]
            assert panel["datasource"]["uid"] in ("prometheus", "loki", "tempo")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_table_of_several_queries_is_one_table(file: Path) -> None:
    """Grafana would show one query at a time, with a choice; merged, each is a column with its own unit."""
    tables = [panel for panel in page(file)["panels"] if panel["type"] == "table"]
    for panel in [one for one in tables if len(one["targets"]) > 1]:
        merge, organize = panel["transformations"]
        units = {one["matcher"]["options"] for one in panel["fieldConfig"]["overrides"]}

        assert (merge["id"], organize["id"]) == ("merge", "organize")
        assert organize["options"]["renameByName"] == {
            f"Value #{target['refId']}": target["legendFormat"] for target in panel["targets"]
        }
        assert units == {target["legendFormat"] for target in panel["targets"]}


def test_addresses_are_their_own() -> None:
    """An alert leads to a dashboard by its uid."""
    assert [page(file)["uid"] for file in FILES] == [file.stem for file in FILES]
