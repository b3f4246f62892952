"""The native stack: builds, starts, probes and stops the real components without a container engine.

Run as `python -m stack demo|up|down|status|build|wipe`. `build` makes the binaries, `components` says how
each one is run and when it is ready, `supervision` keeps them alive, and `commands` is what a person types.
"""
