"""Instruments redis-py: one client span and one measurement a command, or a pipeline, of each client.

`distro.py` loads `DistroRedisInstrumentor` in place of contrib's, whose arguments, hooks and
per-client functions hold. The spans follow the stable conventions whatever the environment says.
Written against the OpenTelemetry API; redis-py's own metrics stay off.
https://opentelemetry.io/docs/specs/semconv/db/redis/
"""

from collections.abc import Awaitable, Callable
from typing import Any

import redis
import redis.asyncio
import redis.asyncio.client
import redis.asyncio.cluster
import redis.client
import redis.cluster
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from opentelemetry.semconv.attributes.db_attributes import DB_OPERATION_NAME, DB_QUERY_TEXT
from opentelemetry.trace import get_current_span
from wrapt import wrap_function_wrapper

from otel_distro.failsafe import failsafe
from otel_distro.instrumentation import redis_commands
from otel_distro.instrumentation.client_call import (
    Attributes,
    ClientCall,
    run_hook,
    start_call,
)
from otel_distro.instrumentation.client_instruments import ClientInstruments, create_database_instruments
from otel_distro.instrumentation.current_call import CurrentCall

Arguments = tuple[Any, ...]
Options = dict[str, Any]
Hook = Callable[..., None]


@failsafe
def _record_failure(call: ClientCall, error: BaseException) -> None:
    # A transaction that another client's write called off is how WATCH works, and no failure.
    if not isinstance(error, redis.WatchError):
        code = redis_commands.error_code(error)
        call.fail(code or type(error).__qualname__, code, redis_commands.error_description(error))


class _RedisWrappers:
    """What stands around the methods of redis-py.

    Args:
        instruments: what commands are recorded with.
        request_hook: called with span, client, arguments and options before a command.
        response_hook: called with span, client and response after a command or pipeline.
    """

    def __init__(
        self, instruments: ClientInstruments, request_hook: Hook | None, response_hook: Hook | None
    ) -> None:
        self._instruments = instruments
        self._request_hook = request_hook
        self._response_hook = response_hook

    def execute(self, wrapped: Callable[..., Any], client: object, args: Arguments, kwargs: Options) -> Any:
        """Send a command within a span."""
        call = self._start_command(client, args)
        if call is None:
            return wrapped(*args, **kwargs)
        with CurrentCall(call, _record_failure):
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
        with CurrentCall(call, _record_failure):
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
        with CurrentCall(call, _record_failure):
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
        with CurrentCall(call, _record_failure):
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
        return start_call(self._instruments, str(attributes[DB_OPERATION_NAME]), known)


class DistroRedisInstrumentor(RedisInstrumentor):
    """Instruments all clients of redis-py, with contrib's arguments."""

    # Without one of its own, this class would hand out contrib's instance where one exists.
    _instance = None

    def _instrument(self, **kwargs: Any) -> None:
        """Wrap the classes' methods, so that clients that exist already are instrumented as well.

        Args:
            **kwargs: `tracer_provider`, `request_hook` and `response_hook`, as contrib's; and
                `meter_provider`.
        """
        # An application that calls contrib's instrumentor itself gets this one: one span a command.
        RedisInstrumentor._instance = self
        instruments = create_database_instruments(
            __name__, kwargs.get("tracer_provider"), kwargs.get("meter_provider")
        )
        wrappers = _RedisWrappers(instruments, kwargs.get("request_hook"), kwargs.get("response_hook"))
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
