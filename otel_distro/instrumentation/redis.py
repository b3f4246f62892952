"""Instruments redis-py: one client span a command, or a pipeline, of each sync and async client.

`distro.py` loads `DistroRedisInstrumentor` in place of contrib's, whose arguments, hooks and
per-client functions hold. The spans follow the stable conventions whatever the environment says.
Written against the OpenTelemetry API; redis-py's own metrics stay off.
https://opentelemetry.io/docs/specs/semconv/db/redis/
"""

from collections.abc import Awaitable, Callable
from contextvars import Token
from types import TracebackType
from typing import Any

import redis
import redis.asyncio
import redis.asyncio.client
import redis.asyncio.cluster
import redis.client
import redis.cluster
from opentelemetry.context import Context, attach, detach
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from opentelemetry.semconv.attributes.db_attributes import DB_OPERATION_NAME, DB_QUERY_TEXT
from opentelemetry.trace import Tracer, get_current_span, set_span_in_context
from wrapt import wrap_function_wrapper

from otel_distro.failsafe import failsafe
from otel_distro.instrumentation import redis_commands
from otel_distro.instrumentation.client_call import (
    Attributes,
    ClientCall,
    create_tracer,
    run_hook,
    start_call,
)

Arguments = tuple[Any, ...]
Options = dict[str, Any]
Hook = Callable[..., None]


class _CurrentCall:
    """Makes a call's span the current one, and ends the call with what came of it."""

    __slots__ = ("_call", "_token")

    def __init__(self, call: ClientCall) -> None:
        self._call = call
        self._token: Token[Context] | None = None

    def __enter__(self) -> None:
        self._token = attach(set_span_in_context(self._call.span))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        if self._token is not None:
            detach(self._token)
        # A transaction that another client's write called off is how WATCH works, and no failure.
        if error is not None and not isinstance(error, redis.WatchError):
            code = redis_commands.error_code(error)
            self._call.fail(code or type(error).__qualname__, code, redis_commands.error_description(error))
        self._call.end()


class _RedisWrappers:
    """What stands around the methods of redis-py.

    Args:
        tracer: starts the spans.
        request_hook: called with span, client, arguments and options before a command.
        response_hook: called with span, client and response after a command or pipeline.
    """

    def __init__(self, tracer: Tracer, request_hook: Hook | None, response_hook: Hook | None) -> None:
        self._tracer = tracer
        self._request_hook = request_hook
        self._response_hook = response_hook

    def execute(self, wrapped: Callable[..., Any], client: object, args: Arguments, kwargs: Options) -> Any:
        """Send a command within a span."""
        call = self._start_command(client, args)
        if call is None:
            return wrapped(*args, **kwargs)
        with _CurrentCall(call):
            run_hook(self._request_hook, call.span, client, args, kwargs)
            response = wrapped(*args, **kwargs)
            run_hook(self._response_hook, call.span, client, response)
        return response

    async def execute_async(
        self, wrapped: Callable[..., Awaitable[Any]], client: object, args: Arguments, kwargs: Options
    ) -> Any:
        """Send a command of an async client within a span."""
        call = self._start_command(client, args)
        if call is None:
            return await wrapped(*args, **kwargs)
        with _CurrentCall(call):
            run_hook(self._request_hook, call.span, client, args, kwargs)
            response = await wrapped(*args, **kwargs)
            run_hook(self._response_hook, call.span, client, response)
        return response

    def execute_pipeline(
        self, wrapped: Callable[..., Any], pipeline: object, args: Arguments, kwargs: Options
    ) -> Any:
        """Send a pipeline within a span."""
        call = self._start_pipeline(pipeline)
        if call is None:
            return wrapped(*args, **kwargs)
        with _CurrentCall(call):
            response = wrapped(*args, **kwargs)
            run_hook(self._response_hook, call.span, pipeline, response)
        return response

    async def execute_pipeline_async(
        self, wrapped: Callable[..., Awaitable[Any]], pipeline: object, args: Arguments, kwargs: Options
    ) -> Any:
        """Send a pipeline of an async client within a span."""
        call = self._start_pipeline(pipeline)
        if call is None:
            return await wrapped(*args, **kwargs)
        with _CurrentCall(call):
            response = await wrapped(*args, **kwargs)
            run_hook(self._response_hook, call.span, pipeline, response)
        return response

    @failsafe
    def _start_command(self, client: object, command: Arguments) -> ClientCall | None:
        if not is_instrumentation_enabled():
            return None
        attributes = redis_commands.command_attributes(command)
        name = str(attributes[DB_OPERATION_NAME])
        # A worker that waits for its next job would leave one trace a wait, of nothing but waiting.
        if redis_commands.is_blocking(name) and not get_current_span().get_span_context().is_valid:
            return None
        call = self._start(client, attributes)
        if call is not None and call.span.is_recording():
            call.span.set_attribute(DB_QUERY_TEXT, redis_commands.query_text(command))
        return call

    @failsafe
    def _start_pipeline(self, pipeline: object) -> ClientCall | None:
        if not is_instrumentation_enabled():
            return None
        commands = redis_commands.queued_commands(pipeline)
        transaction = redis_commands.is_transaction(pipeline)
        call = self._start(pipeline, redis_commands.pipeline_attributes(commands, transaction=transaction))
        if call is not None and commands and call.span.is_recording():
            call.span.set_attribute(DB_QUERY_TEXT, redis_commands.pipeline_text(commands))
        return call

    def _start(self, client: object, attributes: Attributes) -> ClientCall | None:
        known = {**attributes, **redis_commands.server_attributes(client)}
        return start_call(self._tracer, str(attributes[DB_OPERATION_NAME]), known)


class DistroRedisInstrumentor(RedisInstrumentor):
    """Instruments all clients of redis-py, with contrib's arguments."""

    # Without one of its own, this class would hand out contrib's instance where one exists.
    _instance = None

    def _instrument(self, **kwargs: Any) -> None:
        """Wrap the classes' methods, so that clients that exist already are instrumented as well.

        Args:
            **kwargs: `tracer_provider`, `request_hook` and `response_hook`, as contrib's.
        """
        # An application that calls contrib's instrumentor itself gets this one: one span a command.
        RedisInstrumentor._instance = self
        tracer = create_tracer(__name__, kwargs.get("tracer_provider"))
        wrappers = _RedisWrappers(tracer, kwargs.get("request_hook"), kwargs.get("response_hook"))
        # The methods that contrib's `_uninstrument` unwraps.
        methods: tuple[tuple[type, str, Callable[..., Any]], ...] = (
            (redis.Redis, "execute_command", wrappers.execute),
            (redis.client.Pipeline, "execute", wrappers.execute_pipeline),
            (redis.client.Pipeline, "immediate_execute_command", wrappers.execute),
            (redis.cluster.RedisCluster, "execute_command", wrappers.execute),
            (redis.cluster.ClusterPipeline, "execute", wrappers.execute_pipeline),
            (redis.asyncio.Redis, "execute_command", wrappers.execute_async),
            (redis.asyncio.client.Pipeline, "execute", wrappers.execute_pipeline_async),
            (redis.asyncio.client.Pipeline, "immediate_execute_command", wrappers.execute_async),
            (redis.asyncio.cluster.RedisCluster, "execute_command", wrappers.execute_async),
            (redis.asyncio.cluster.ClusterPipeline, "execute", wrappers.execute_pipeline_async),
        )
        for owner, name, wrapper in methods:
            wrap_function_wrapper(owner, name, wrapper)
