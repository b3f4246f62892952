"""What route functions ask for: the use cases, and the part of a list that is wanted."""

from typing import Annotated

from fastapi import Depends, Query, Request

from travel_crm.bootstrap import Services
from travel_crm.domain.storing import PageRequest


async def _services_of(request: Request) -> Services:
    return request.app.state.services


ServicesOfApp = Annotated[Services, Depends(_services_of)]
PageQuery = Annotated[PageRequest, Query()]
