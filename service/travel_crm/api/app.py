"""The application that a server is pointed at: `uvicorn travel_crm.api.app:app`.

Importing this reads the environment and sets up logging; nothing is reached before the server starts it.
"""

from functools import partial

from travel_crm.api.application import create_app
from travel_crm.bootstrap import open_services
from travel_crm.logging_configuration import configure_logging
from travel_crm.settings import settings_or_exit

_settings = settings_or_exit()
configure_logging(_settings)

app = create_app(partial(open_services, _settings), tells_stack=_settings.environment == "development")
