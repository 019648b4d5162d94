"""The API reference at ``/docs``: Swagger UI, from this service alone, that can send a request."""

from __future__ import annotations

OPERATION = "#operations-default-classify"


def test_a_request_can_be_sent_from_the_reference(visit):
    page = visit(path="/docs")
    page.click(f"{OPERATION} .opblock-summary-control")
    assert '"title": "Group PM"' in page.input_value(f"{OPERATION} textarea.body-param__text")
    page.click(f"{OPERATION} .execute")
    page.wait_for_selector(f"{OPERATION} .live-responses-table .response")
    shown = page.inner_text(f"{OPERATION} .live-responses-table .response")
    assert shown.startswith("200")
    assert '"id": "group-product-manager"' in shown
