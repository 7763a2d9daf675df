# sharegpt-clean in a container: docker build -t sharegpt-clean . && docker run --rm -v "$PWD/data:/data/sharegpt" sharegpt-clean run /data/sharegpt/raw
FROM python:3.13-slim AS build
WORKDIR /source
COPY requirements.lock pyproject.toml README.md LICENSE prefect.yaml ./
RUN python -m venv /opt/sharegpt && /opt/sharegpt/bin/python -m pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY flows flows
COPY tasks tasks
COPY schemas schemas
COPY data data
RUN /opt/sharegpt/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --create-home --uid 1000 sharegpt && mkdir -p /home/sharegpt/work /data/sharegpt && chown -R sharegpt /home/sharegpt /data/sharegpt
COPY --from=build /opt/sharegpt /opt/sharegpt
ENV PATH=/opt/sharegpt/bin:$PATH PREFECT_SERVER_ANALYTICS_ENABLED=false DO_NOT_TRACK=1
USER sharegpt
WORKDIR /home/sharegpt/work
ENV SHAREGPT_DATA=/data/sharegpt
VOLUME /data/sharegpt
ENTRYPOINT ["sharegpt"]
CMD ["--help"]
