# The Travel CRM with the distro beside it: one image for the API and the worker.
# docker build -f deploy/service.Dockerfile .
FROM python:3.13-slim-bookworm AS build
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /src
COPY pyproject.toml README.md LICENSE requirements.lock ./
COPY otel_distro otel_distro
COPY service service
RUN python -m venv --without-pip /app \
    && uv pip install --no-cache --python /app/bin/python --constraints requirements.lock . ./service

FROM python:3.13-slim-bookworm
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# A volume that is mounted here is the user's to write to.
RUN install --directory --owner=10001 --group=10001 /var/log/travel-crm
USER 10001:10001
EXPOSE 8000
CMD ["opentelemetry-instrument", "uvicorn", "travel_crm.api.app:app", "--host", "0.0.0.0", "--port", "8000", "--no-access-log"]
