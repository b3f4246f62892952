"""Every recipe of the stack, and which of them a profile needs.

In the order in which they are built: the short ones first, so that something wrong with the machine is
known soon.
"""

from stack.build.bugsink_recipe import BugsinkRecipe
from stack.build.go_recipe import GoRecipe
from stack.build.recipe import Recipe
from stack.settings import CHECKOUT, Profile

_RECIPES = CHECKOUT / "stack" / "recipes"

FERRETDB = GoRecipe(
    name="ferretdb",
    folder=_RECIPES / "ferretdb",
    programs=("ferretdb",),
    usual_seconds=70,
    needed_megabytes=1000,
)
MAILPIT = GoRecipe(
    name="mailpit",
    folder=_RECIPES / "mailpit",
    programs=("mailpit",),
    usual_seconds=60,
    needed_megabytes=1000,
    packages=("github.com/axllent/mailpit",),
)
BUGSINK = BugsinkRecipe(
    name="bugsink",
    folder=_RECIPES / "bugsink",
    programs=("bugsink-create-conf", "bugsink-manage", "gunicorn"),
    usual_seconds=25,
)
ALERTMANAGER = GoRecipe(
    name="alertmanager",
    folder=_RECIPES / "alertmanager",
    programs=("alertmanager", "amtool"),
    usual_seconds=60,
    needed_megabytes=1000,
    packages=(
        "github.com/prometheus/alertmanager/cmd/alertmanager",
        "github.com/prometheus/alertmanager/cmd/amtool",
    ),
)
PROMETHEUS = GoRecipe(
    name="prometheus",
    folder=_RECIPES / "prometheus",
    programs=("prometheus", "promtool"),
    usual_seconds=120,
    needed_megabytes=3000,
    packages=(
        "github.com/prometheus/prometheus/cmd/prometheus",
        "github.com/prometheus/prometheus/cmd/promtool",
    ),
    tags="netgo,remove_all_sd",
)
TEMPO = GoRecipe(
    name="tempo",
    folder=_RECIPES / "tempo",
    programs=("tempo",),
    usual_seconds=240,
    needed_megabytes=3000,
    packages=("github.com/grafana/tempo/cmd/tempo",),
)
LOKI = GoRecipe(
    name="loki",
    folder=_RECIPES / "loki",
    programs=("loki",),
    usual_seconds=230,
    needed_megabytes=4000,
    packages=("github.com/grafana/loki/v3/cmd/loki",),
)
DASHBOARD_CHECK = GoRecipe(
    name="dashboard-check",
    folder=_RECIPES / "dashboard-check",
    programs=("dashboard-check",),
    usual_seconds=45,
    needed_megabytes=1000,
)
COLLECTOR = GoRecipe(
    name="otelcol",
    folder=CHECKOUT / "collector",
    programs=("otelcol",),
    usual_seconds=400,
    needed_megabytes=5000,
    cgo=True,
)

_EMBEDDED = (FERRETDB, MAILPIT, COLLECTOR)
ALL_RECIPES: tuple[Recipe, ...] = (
    FERRETDB,
    MAILPIT,
    BUGSINK,
    DASHBOARD_CHECK,
    ALERTMANAGER,
    PROMETHEUS,
    TEMPO,
    LOKI,
    COLLECTOR,
)


def recipes_for(profile: Profile) -> tuple[Recipe, ...]:
    """Return what the profile needs built."""
    return _EMBEDDED if profile == "embedded" else ALL_RECIPES


def recipe_of(program: str) -> Recipe:
    """Return the recipe that makes the program; raise `KeyError` for one that no recipe makes."""
    for recipe in ALL_RECIPES:
        if program in recipe.programs:
            return recipe
    raise KeyError(program)
