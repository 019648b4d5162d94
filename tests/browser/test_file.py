"""A file on the page: what comes down is what the service answers for the whole of it, whatever its text is like, at any length."""

from __future__ import annotations

import csv
import io
import json
import random
import time
import zipfile
from xml.sax.saxutils import escape

import httpx
import pytest
from starlette.responses import Response
from starlette.routing import Route

from rung.api import create_app
from rung.settings import Settings
from rung.tables.table import COLUMNS
from tests.browser.conftest import WAIT
from tests.serving import serving

HEADINGS = "id,title,description\n"


def put(page, text, name="jobs.csv", encoding="utf-8"):
    """Choose a file and wait until its rows are answered, or something is wrong with it."""
    page.set_input_files("#pick", {"name": name, "mimeType": "text/csv", "buffer": text.encode(encoding)})
    page.wait_for_selector("#download:not([hidden]), .run.failed", timeout=60_000)


def downloaded(page):
    """The text of the file that the page gives."""
    with page.expect_download() as given:
        page.click("#download")
    return given.value.path().read_bytes().decode()


def shown(page, column):
    """The cells in sight of one column, once the table has settled."""
    page.wait_for_timeout(250)
    return page.locator(f".grid-row > :nth-child({column})").all_inner_texts()


def answered(site, text):
    return httpx.post(f"{site}/classify/csv", content=text.encode(), headers={"content-type": "text/csv"}).text


def test_the_download_is_what_the_service_answers_for_the_whole_file(page, site):
    titles = ["Group PM", "Lead Product Manager", "Project Manager", "???", "CPO", "Staff PM", "Product Owner"]
    rows = [f'{n},"{titles[n % 7]}, team {n}","You own the roadmap, ""all"" of it.\nYou lead."\n' for n in range(6_500)]
    text = HEADINGS + "".join(rows)
    put(page, text)
    assert page.inner_text("#run-count").startswith("6,500 rows")
    assert downloaded(page) == answered(site, text)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "title;note\nProduktmanager für Zürich;ä\nCPO;ö\n"),
        ("utf-16", "title\tnote\r\nProduktmanager für Zürich\tä\r\nCPO\tö\r\n"),
        ("cp1252", "title,note\nProduktmanager für Zürich,ä\nCPO,ö"),
        ("utf-8", "sep=;\r\ntitle;note\r\nProduktmanager für Zürich;ä\r\nCPO;ö\r\n"),
        ("utf-8", 'note,title\n"two\n\nlines","Produktmanager für Zürich"\n,CPO\n'),
        ("utf-8", "title,note\nProduktmanager für Zürich\nCPO,a\n"),
    ],
)
def test_delimiters_encodings_quotes_and_ragged_rows_are_read(page, encoding, text):
    put(page, text, encoding=encoding)
    assert shown(page, 2) == ["Produktmanager für Zürich", "CPO"]
    assert shown(page, 4)[1] == "Chief"
    assert ("not UTF-8" in page.inner_text("#run-note")) == (encoding in ("utf-16", "cp1252"))


def test_the_counts_are_those_of_the_rows(page):
    page.click("#sample")
    page.wait_for_selector("#download:not([hidden])")
    rows = list(csv.DictReader(io.StringIO(downloaded(page))))
    for status in ("classified", "ambiguous", "unreadable", "error"):
        number = sum(row["rung_status"] == status for row in rows)
        buttons = page.locator(f"#statuses [data-status={status}]").all_inner_texts()
        assert [button.split() for button in buttons] == ([[status, str(number)]] if number else [])
    heads = sum(row["rung_level"] == "head" and row["rung_family"] == "product-management" for row in rows)
    page.locator(f"#matrix button[aria-label='Product management, Head: {heads}']").click()
    page.wait_for_selector(f"#shown:text-is('{heads} of {len(rows)} rows')")
    assert set(shown(page, 4)) == {"Head"}
    totals = page.locator("#matrix tfoot td").all_inner_texts()
    assert sum(map(int, totals[:-1])) == int(totals[-1]) == len(rows)


def doubtful(row):
    return row["rung_status"] in ("ambiguous", "unreadable", "error") or "title_description_conflict" in row["rung_flags"]


def test_what_needs_review_is_what_is_doubtful(page):
    page.click("#sample")
    page.wait_for_selector("#download:not([hidden])")
    page.click("#review")
    rows = list(csv.DictReader(io.StringIO(downloaded(page))))
    titles = [row["title"] for row in rows if doubtful(row)]
    page.wait_for_selector(f"#shown:text-is('{len(titles)} of {len(rows)} rows')")
    assert shown(page, 2) == titles[: len(shown(page, 2))]


def test_review_is_grouped_by_title_with_the_most_rows_first_and_why(page):
    put(page, "title\n" + "Lead Product Manager\n" * 2 + "???\n" + "lead product manager \n" + "Group PM\n")
    groups = page.locator(".groups button")
    page.wait_for_selector(".groups button")
    assert page.inner_text("#review") == "Needs review 4"
    assert [group.split("\n")[:2] for group in groups.all_inner_texts()] == [["Lead Product Manager", "3"], ["???", "1"]]
    assert "track open" in groups.nth(0).inner_text()
    assert "unreadable" in groups.nth(1).inner_text()
    groups.nth(0).click()
    page.wait_for_selector("#shown:text-is('3 of 5 rows')")
    page.click("#clear")
    page.wait_for_selector("#shown:text-is('')", state="attached")


@pytest.mark.parametrize("text", ["Group PM\nVP, Product\nCPO", 'Group PM\r\n\r\nVP, "Product\r\nCPO\r\n'])
def test_a_text_file_is_a_list_of_titles(page, text):
    put(page, text, name="titles.txt")
    titles = [line for line in text.splitlines() if line]
    assert [row["title"] for row in csv.DictReader(io.StringIO(downloaded(page)))] == titles
    assert shown(page, 2) == titles
    assert shown(page, 4)[2] == "Chief"


def test_a_text_file_with_a_heading_is_a_table(page):
    put(page, "Job title\tnote\nGroup PM\ta\n", name="table.txt")
    assert shown(page, 2) == ["Group PM"]


def test_families_that_are_many_are_shown_on_request(page):
    page.click("#sample")
    page.wait_for_selector("#download:not([hidden])")
    rows = list(csv.DictReader(io.StringIO(downloaded(page))))
    families = len({row["rung_family"] for row in rows})
    assert families > 8
    assert page.locator("#matrix tbody tr").count() == 8
    page.click("#matrix > .text-button")
    assert page.locator("#matrix tbody tr").count() == families


def test_rows_are_sorted_and_found(page):
    page.click("#sample")
    page.wait_for_selector("#download:not([hidden])")
    page.click(".grid-head button:text('Level')")
    levels = shown(page, 4)
    assert levels[:2] == ["Chief", "Chief"]
    page.fill("input[type=search]", "head of")
    page.wait_for_selector("#shown:text-matches('^4 of')")
    page.click("#clear")
    page.click(".grid-head button:text('Title')")
    assert page.locator("[role=columnheader][aria-sort=ascending]").inner_text().startswith("Title")
    titles = shown(page, 2)
    assert titles == sorted(titles, key=str.lower)


def test_a_row_tells_all_its_cells_and_opens_in_the_form(page):
    page.click("#sample")
    page.wait_for_selector(".grid-row")
    page.focus(".grid-scroll")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#row-detail dl")
    assert "Group PM, Payments" in page.inner_text("#row-detail dl")
    assert "rung_" not in page.inner_text("#row-detail dl")
    table, row = page.locator(".table-card").bounding_box(), page.locator("#row-detail").bounding_box()
    assert table["x"] + table["width"] <= row["x"]
    with page.expect_request("**/classify") as asked:
        page.click("text=See why")
    assert asked.value.post_data_json["title"] == "Group PM, Payments"
    assert asked.value.post_data_json["description"].startswith("You lead three product managers")


def test_a_file_without_a_known_heading_asks_where_the_titles_are(visit):
    page = visit(silent=True)
    page.wait_for_selector(".level")
    put(page, "ref,what\n1,Group PM\n2,CPO\n")
    assert "which column" in page.inner_text("#run-note")
    assert "--" not in page.inner_text("#run")
    page.select_option("#title-column", "what")
    page.click("#run button:text('Classify')")
    page.wait_for_selector("#download:not([hidden])")
    assert shown(page, 2) == ["Group PM", "CPO"]


def test_a_file_without_any_heading_can_be_read_as_lines(visit):
    page = visit(silent=True)
    page.wait_for_selector(".level")
    put(page, "Group PM\nStaff PM\n")
    page.click("#as-lines")
    page.wait_for_selector("#download:not([hidden])")
    assert shown(page, 2) == ["Group PM", "Staff PM"]


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "empty"), ("PK\x03\x04\x00\x00sheet", "workbook cannot be read"), ("\x00\x01\x02", "neither a text file")],
)
def test_what_is_no_table_is_refused_in_words(page, text, words):
    put(page, text)
    assert words in page.inner_text("#run-note")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title\nCPO\nGroup PM\n", "All rows are answered."),
        ("title\nCPO\n" + "x" * 501 + "\n", "1 of 2 rows could not be answered; rung_error says why."),
        ("title\n", "The file has no rows."),
    ],
)
def test_a_note_says_how_the_run_ended(page, text, words):
    page.set_input_files("#pick", {"name": "jobs.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.wait_for_selector(f"#run-note:text-is('{words}')")


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
BOOK = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Jobs" sheetId="1" r:id="rId1"/></sheets></workbook>'
LINK = f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'


def workbook(rows):
    """A workbook of one sheet, as a spreadsheet program writes it."""

    def cell(row, column, text):
        return f'<c r="{chr(65 + column)}{row}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'

    lines = ("".join(cell(r, c, text) for c, text in enumerate(row)) for r, row in enumerate(rows, 1))
    data = "".join(f'<row r="{r}">{line}</row>' for r, line in enumerate(lines, 1))
    parts = {
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{LINK}</Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return out.getvalue()


@pytest.mark.parametrize("number", [2, 6_000])  # the sheet of the larger one is above what is unpacked in one piece
def test_a_workbook_is_read(page, number):
    rows = [("note", "Job title"), *((f'a "quoted", {n}\nnote', "Group PM & Co <x>" if n % 2 else "CPO") for n in range(number))]
    page.set_input_files("#pick", {"name": "jobs.xlsx", "mimeType": "application/zip", "buffer": workbook(rows)})
    page.wait_for_selector("#download:not([hidden]), .run.failed", timeout=60_000)
    assert page.inner_text("#run-count").startswith(f"{number:,} rows"), page.inner_text("#run")
    answers = list(csv.DictReader(io.StringIO(downloaded(page))))
    assert [(row["note"], row["Job title"]) for row in answers] == rows[1:]
    assert answers[0]["rung_level"] == "chief"


def test_a_busy_service_is_asked_again(visit):
    refused = []

    def busy(route):
        if len(refused) < 2:
            refused.append(1)
            route.fulfill(status=429, headers={"retry-after": "1"}, content_type="application/problem+json", body="{}")
        else:
            route.continue_()

    page = visit(silent=True)
    page.wait_for_selector(".level")
    page.context.route("**/classify/csv", busy)
    put(page, "title\nGroup PM\n")
    assert len(refused) == 2
    assert shown(page, 4) == ["Senior"]


def test_a_run_can_be_stopped_and_keeps_what_was_answered(page):
    held = []
    first = b"title\n" + b"CPO\n" * 1_000

    def answer_the_first(route):
        """Several slices are on their way at once, and any may come here first; rows are shown in the order of the file."""
        if route.request.post_data_buffer == first:
            route.continue_()
        else:
            held.append(route)

    page.context.route("**/classify/csv", answer_the_first)
    page.set_input_files("#pick", {"name": "a.csv", "mimeType": "text/csv", "buffer": first + b"Group PM\n" * 2_000})
    page.wait_for_selector(".grid-row")
    page.click("#stop")
    page.wait_for_selector("#run-note:has-text('Stopped')")
    assert downloaded(page).count("\n") == 1_001
    for route in held:
        route.abort()


def test_a_dropped_file_is_taken(page):
    page.evaluate(
        """() => {
            const given = new DataTransfer();
            given.items.add(new File(["title\\nCPO\\n"], "dropped.csv", { type: "text/csv" }));
            const drop = new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true });
            document.querySelector("#drop").dispatchEvent(drop);
        }"""
    )
    page.wait_for_selector("#download:not([hidden])")
    assert page.inner_text(".run-name") == "dropped.csv"


def test_rows_are_cut_alike_wherever_the_pieces_end(page):
    draw = random.Random(7)
    for _ in range(60):
        rows = [[draw.choice(["plain", "a,b", 'say "hi"', "two\nlines", "", 'end"', "ü🚀"]) for _ in range(3)] for _ in range(6)]
        out = io.StringIO()
        csv.writer(out, lineterminator=draw.choice(["\n", "\r\n"])).writerows(rows)
        cuts = sorted(draw.randrange(len(out.getvalue()) + 1) for _ in range(4))
        pieces = [out.getvalue()[a:b] for a, b in zip([0, *cuts], [*cuts, None], strict=True)]
        found = page.evaluate(
            """async (pieces) => {
                const { Rows, cells } = await import("/csv.js");
                const cutter = new Rows(",");
                return [...pieces.flatMap((piece) => cutter.push(piece)), ...cutter.end()].map((row) => cells(row, ","));
            }""",
            pieces,
        )
        assert found == rows, pieces


ROWS = 1_000_000
TAIL = (
    b",classified,product-management,group-product-manager,senior,3,Senior/GPM,manager,unknown,0.93,,3.01,"
    b"senior,manager,,,,rung-2.0.0+0123456789ab\n"
)
ADDED = ("," + ",".join(COLUMNS) + "\n").encode()


async def stamp(request):
    """Answers any rows the same, as fast as can be: what is tested is the page."""
    head, *rows = (await request.body()).splitlines()
    return Response(head + ADDED + b"".join(row + TAIL for row in rows), media_type="text/csv")


@pytest.mark.slow
def test_a_million_rows_do_not_freeze_the_page(normaliser, browser, tmp_path):
    app = create_app(normaliser, Settings())
    app.router.routes.insert(0, Route("/classify/csv", stamp, methods=["POST"]))
    file = tmp_path / "million.csv"
    with file.open("w") as out:
        out.write("id,title\n")
        out.writelines(f"{n},Group Product Manager of team {n % 977}\n" for n in range(ROWS))
    with serving(app) as url:
        page = browser.new_page()
        page.set_default_timeout(WAIT)
        page.goto(url)
        page.wait_for_selector(".level")
        page.evaluate(
            """() => {
                window.longest = 0;
                let last = performance.now();
                const tick = (now) => {
                    window.longest = Math.max(window.longest, now - last);
                    last = now;
                    requestAnimationFrame(tick);
                };
                requestAnimationFrame(tick);
            }"""
        )
        began = time.monotonic()
        page.set_input_files("#pick", file)
        page.wait_for_selector("#download:not([hidden])", timeout=240_000)
        seconds = time.monotonic() - began
        page.wait_for_timeout(500)
        assert page.inner_text("#run-count").startswith("1,000,000 rows")
        page.click(".grid-head button:text('Title')")
        page.locator(".grid-scroll").evaluate("grid => (grid.scrollTop = grid.scrollHeight)")
        page.wait_for_selector(f".grid-row[aria-rowindex='{ROWS + 1}'] :text-matches('team 99$')", timeout=60_000)
        longest = page.evaluate("window.longest")
        print(json.dumps({"rows": ROWS, "seconds": round(seconds, 1), "longest_frame_ms": round(longest)}))
        page.close()
    assert longest < 500
