"""Spans, where they are asked for; none where they are not."""

from __future__ import annotations

import pytest

from rung import Normaliser
from rung.api import create_app
from rung.settings import Settings

sdk = pytest.importorskip("opentelemetry.sdk.trace", reason="needs the otel extra")


@pytest.mark.parametrize("asked", [True, False])
async def test_a_request_is_a_span_of_its_caller_s_trace(normaliser: Normaliser, asked: bool) -> None:
    import httpx
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    seen = InMemorySpanExporter()
    provider = sdk.TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(seen))
    app = create_app(normaliser, Settings(traces=asked))
    app._telemetry["tracer_provider"] = provider
    trace = "0af7651916cd43dd8448eb211c80319c"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://rung") as client:
        await client.post("/classify", json={"title": "Group PM"}, headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    spans = seen.get_finished_spans()
    assert len(spans) == asked
    if asked:
        assert f"{spans[0].context.trace_id:032x}" == trace
        assert spans[0].attributes["http.route"] == "/classify"
        assert "Group" not in str(dict(spans[0].attributes))
