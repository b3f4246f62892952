"""What is said of a bad value, and what the environment holds afterwards."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as search
from hypothesis import strategies as st

from otel_distro import settings
from otel_distro.settings import KNOWN
from otel_distro.variables.check import check

BAD = [
    ("OTEL_PROPAGATORS", "bogus", "using tracecontext,baggage"),
    ("OTEL_PROPAGATORS", "baggage,bogus", "using 'baggage'"),
    ("OTEL_BSP_MAX_QUEUE_SIZE", "100", "is below OTEL_BSP_MAX_EXPORT_BATCH_SIZE (512); using 2048"),
    ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "4096", "is above OTEL_BSP_MAX_QUEUE_SIZE (2048); using 512"),
    ("OTEL_BSP_MAX_QUEUE_SIZE", "0", "using 2048"),
    ("OTEL_BSP_MAX_QUEUE_SIZE", "-5", "using 2048"),
    ("OTEL_BSP_SCHEDULE_DELAY", "0", "using 5000"),
    ("OTEL_BLRP_MAX_QUEUE_SIZE", "many", "using 2048"),
    ("OTEL_METRIC_EXPORT_INTERVAL", "-1", "using 60000"),
    ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "pigeon", "using the general protocol"),
    ("OTEL_TRACES_EXPORTER", "bogus", "using otlp"),
    ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "abc", "using 128"),
    ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "-3", "using no limit"),
    ("OTEL_SPAN_EVENT_COUNT_LIMIT", "9" * 30, "using 128"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "not a url", "using http://localhost:4318, or port 4317 for grpc"),
    ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://h:99999", "using the general endpoint"),
    ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/no/such/file", "using the system's authorities"),
    ("OTEL_TRACES_SAMPLER", "sometimes", "using parentbased_always_on"),
    ("OTEL_TRACES_SAMPLER_ARG", "much", "using parentbased_always_on, which needs none"),
    ("OTEL_PYTHON_ID_GENERATOR", "dice", "using random"),
    ("OTEL_EXPERIMENTAL_RESOURCE_DETECTORS", "os,nose", "using 'os'"),
    ("OTEL_PYTHON_DISTRO", "bogus", "using otel_distro"),
    ("OTEL_PYTHON_REQUESTS_EXCLUDED_URLS", "(", "using no exclusion"),
    ("OTEL_PYTHON_EXCLUDED_URLS", "(?P<a>x),(?P<a>y)", "using '(?P<a>x)'"),
    ("OTEL_EXPORTER_PROMETHEUS_PORT", "http", "using 9464"),
    ("OTEL_CONFIG_FILE", "/etc/otel.yaml", "using the variables alone"),
    ("OTEL_LOG_LEVEL", "chatty", "using warning"),
]


@pytest.mark.parametrize(("name", "value", "used"), BAD)
def test_bad_value_is_named_with_what_is_used_and_taken_out(name: str, value: str, used: str) -> None:
    """One sentence says the variable, the value and what is used; neither SDK nor child sees it."""
    environ = {name: value}

    in_force = settings.from_environ(environ)
    settings.write_back(in_force, environ)

    (problem,) = in_force.problems
    assert problem.startswith(f"{name}: {value!r} ")
    assert problem.endswith(used)
    assert environ.get(name) != value
    assert settings.from_environ(environ).problems == ()


def spellings(text: str) -> list[str]:
    """Return ways to write a text that a parser may take for the same."""
    members = text.replace(",", " ,, ")
    return [text.upper(), text.title(), f"{text},", f",{members} , ", f" {text.swapcase()},,"]


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_every_spelling_that_is_taken_becomes_one(name: str) -> None:
    """Upstream reads the variable too, and knows one case, no blanks, and no empty member."""
    variable = KNOWN[name]
    texts = [
        text for text in (variable.default, "true", "none", "patch_all", "gzip,x", "otel_distro") if text
    ]

    for text in texts:
        environ = {name: text}
        if settings.repair(environ):
            continue
        for spelling in spellings(text):
            spelt = {name: spelling}
            if settings.repair(spelt) or variable.parse(spelling) != variable.parse(text):
                continue
            assert spelt == environ, spelling


def test_list_without_a_member_is_unset() -> None:
    """A comma alone names nothing, so the default holds."""
    environ = {"OTEL_PROPAGATORS": " , ", "OTEL_TRACES_EXPORTER": ","}

    settings.write_back(settings.from_environ(environ), environ)

    assert environ["OTEL_PROPAGATORS"] == "tracecontext,baggage"
    assert environ["OTEL_TRACES_EXPORTER"] == "otlp"


def test_members_that_remain_of_a_list_are_spelt_as_upstream_reads_them() -> None:
    """A bad member takes no good one down with it."""
    environ = {"OTEL_PROPAGATORS": "TraceContext, bogus,"}

    assert len(settings.repair(environ)) == 1
    assert environ == {"OTEL_PROPAGATORS": "tracecontext"}


def test_ratio_sampler_with_a_bad_ratio_samples_everything() -> None:
    """As the SDK would, but said with the value."""
    environ = {"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "2"}

    (problem,) = settings.from_environ(environ).problems

    assert problem == "OTEL_TRACES_SAMPLER_ARG: '2' is not a number from 0 to 1; using 1.0"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization Bearer canary-71c"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "a=b,canary-71c"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "canary-71c"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "htp://me:canary-71c@collector"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://collector?api_token=canary-71c"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "authorization=Bearer canary-71c"),
        ("OTEL_EXPORTER_OTLP_CLIENT_KEY", "-----BEGIN PRIVATE KEY-----\ncanary-71c"),
        ("OTEL_RESOURCE_ATTRIBUTES", "api.key=canary-71c,nonsense"),
    ],
)
def test_no_secret_is_shown(name: str, value: str) -> None:
    """A value in the wrong place is still a secret."""
    (problem,) = settings.from_environ({name: value}).problems

    assert name in problem
    assert "canary" not in problem


@pytest.mark.parametrize(
    "bad",
    [
        "x-key=canary%0d%0aX: y",
        "x-key=canary%E2%82%AC",
        "x-key=canary%00",
        "x key=canary",
        "x(key)=canary",
        "Content-Length=canary",
        "transfer-encoding=canary",
        "content-type=canary",
        "grpc-timeout=canary",
        "x-trace-bin=canary",
        "=canary",
    ],
)
def test_header_that_cannot_be_sent_is_left_out_and_never_shown(bad: str) -> None:
    """HTTP or gRPC would refuse it with every export, or take it for one of the request's own."""
    in_force = settings.from_environ({"OTEL_EXPORTER_OTLP_HEADERS": f"{bad},X-Team=a%20b"})

    (problem,) = in_force.problems
    assert problem == (
        "OTEL_EXPORTER_OTLP_HEADERS: its value (not shown) has a member that "
        "is no header that can be sent with each export; using the rest of it"
    )
    assert {tuple(sent.headers.items()) for sent in in_force.delivery.destinations.values()} == {
        (("X-Team", "a b"),)
    }


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("OTEL_EXPORTER_OTLP_ENDPONT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
        ("OTEL_TRACE_SAMPLER", "OTEL_TRACES_SAMPLER"),
        ("OTEL_SERVICENAME", "OTEL_SERVICE_NAME"),
        ("OTEL_DISTRO_SPOOL_MAX_MB", "OTEL_DISTRO_SPOOL_MAX_MIB"),
        ("OTEL_EXPORTER_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
        ("OTEL_EXPORTER_OTLP_URL", "OTEL_EXPORTER_OTLP_ENDPOINT"),
        ("OTEL_SERVICE", "OTEL_SERVICE_NAME"),
        ("OTEL_SAMPLER", "OTEL_TRACES_SAMPLER"),
        ("OTEL_PYTHON_FASTPI_EXCLUDED_URLS", "OTEL_PYTHON_FASTAPI_EXCLUDED_URLS"),
    ],
)
def test_slip_of_the_pen_is_pointed_out_once(written: str, meant: str) -> None:
    """The name that was meant is in the sentence; a child process does not say it again."""
    environ = {written: "x"}

    in_force = settings.from_environ(environ)
    settings.write_back(in_force, environ)

    assert in_force.problems == (f"{written}: nothing reads it; did you mean {meant}?",)
    assert environ[written] == "x"
    assert settings.from_environ(environ).problems == ()


def test_variables_of_others_are_left_alone() -> None:
    """The operator's, the Collector's and other languages' variables are none of our business."""
    environ = {
        "OTEL_POD_IP": "10.0.0.1",
        "OTEL_RESOURCE_ATTRIBUTES_NODE_NAME": "a",
        "OTEL_JAVAAGENT_DEBUG": "true",
        "OTEL_NODE_DISABLED_INSTRUMENTATIONS": "fs",
        "OTEL_PYTHON_FLASK_EXCLUDED_URLS": "health",
    }

    assert settings.from_environ(environ).problems == ()


def test_empty_variables_are_taken_out() -> None:
    """Upstream tells an empty provider's or configurator's name from an unset one."""
    environ = dict.fromkeys(KNOWN, " ")

    in_force = settings.from_environ(environ)
    settings.write_back(in_force, environ)

    assert in_force.problems == ()
    assert all(value.strip() for value in environ.values())
    assert "OTEL_PYTHON_TRACER_PROVIDER" not in environ


_TEXT = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.sampled_from(["", "true", "otlp", "a=b", "http://h:1", "%ff", "(", ",,=,", "\udcff", "1e400", "nan"]),
)


@search(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(sorted(KNOWN)), _TEXT, max_size=8))
def test_whatever_is_set_what_remains_can_be_used(environ: dict[str, str]) -> None:
    """No environment raises; after one round nothing is left to complain of."""
    in_force = settings.from_environ(environ)

    settings.write_back(in_force, environ)

    again = settings.from_environ(environ)
    assert again.problems == ()
    assert again.delivery == in_force.delivery
    assert check(environ, KNOWN).problems == ()
