"""The recipes of the stack say what is built, and change their name with whatever decides about it."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from stack.build.catalogue import ALL_RECIPES, COLLECTOR, FERRETDB, PROMETHEUS, recipe_of, recipes_for
from stack.build.go_recipe import GoRecipe
from stack.build.recipe import Recipe


@pytest.fixture
def copy(tmp_path: Path) -> GoRecipe:
    """FerretDB's recipe in another place."""
    folder = tmp_path / "elsewhere"
    shutil.copytree(FERRETDB.folder, folder)
    return replace(FERRETDB, folder=folder)


def test_place_of_the_checkout_does_not_matter(copy: GoRecipe) -> None:
    """A second checkout builds nothing."""
    assert copy.digest() == FERRETDB.digest()


@pytest.mark.parametrize("file", ["go.mod", "go.sum", "main.go"])
def test_every_source_decides_about_the_name(copy: GoRecipe, file: str) -> None:
    """A changed lock file or program is another build."""
    with (copy.folder / file).open("a") as source:
        source.write("\n")

    assert copy.digest() != FERRETDB.digest()


def test_flags_decide_about_the_name() -> None:
    """Other tags are another build."""
    assert replace(PROMETHEUS, tags="netgo").digest() != PROMETHEUS.digest()


def test_what_decides_nothing_is_left_out(copy: GoRecipe) -> None:
    """A test beside the program, a note or another estimate of the time builds nothing anew."""
    (copy.folder / "main_test.go").write_text("package main\n")
    (copy.folder / "README.md").write_text("A note.\n")

    assert replace(copy, usual_seconds=1).digest() == FERRETDB.digest()


@pytest.mark.parametrize("recipe", ALL_RECIPES, ids=lambda recipe: recipe.name)
def test_sources_are_in_the_checkout(recipe: Recipe) -> None:
    """Every recipe has its lock files here, and nothing that names a place elsewhere."""
    assert recipe.sources
    assert all(source.is_file() for source in recipe.sources)
    assert recipe.usual_seconds > 0


def test_embedded_profile_builds_three() -> None:
    """The demo waits for no backend's build."""
    assert {recipe.name for recipe in recipes_for("embedded")} == {"ferretdb", "mailpit", "otelcol"}


def test_long_build_comes_last() -> None:
    """What is wrong with a machine is known before its longest build has begun."""
    assert recipes_for("full")[-1] is COLLECTOR
    assert recipes_for("embedded")[-1] is COLLECTOR


def test_program_is_found_by_its_name() -> None:
    """Tools come with the recipe of what they check."""
    assert recipe_of("promtool") is PROMETHEUS
    with pytest.raises(KeyError):
        recipe_of("emacs")
