"""JobPosting JSON-LD: every shape that scrapers meet, and nothing lost on the way through."""

from __future__ import annotations

import copy
import json
import os

import pytest

from rung.cli import enrich
from rung.cli.__main__ import main
from rung.errors import TableError
from rung.tables import jsonld

POSTING = {
    "@context": "https://schema.org/",
    "@type": "JobPosting",
    "@id": "https://jobs.example/17",
    "title": "Group PM",
    "description": "<p>You lead four product managers &amp; hire two more.</p>",
    "hiringOrganization": {"@type": "Organization", "name": "Example Ltd"},
    "baseSalary": {"@type": "MonetaryAmount", "currency": "EUR", "value": 98765.5},
    "unknownToUs": [1, None, True, {"deep": "ü"}],
}


def enriched(document, normaliser):
    for posting in document.postings():
        jsonld.enrich(posting, normaliser.classify(jsonld.query(posting)))
    return jsonld.dump(document)


def without_answers(data):
    if isinstance(data, dict):
        return {key: without_answers(value) for key, value in data.items() if key != "occupationalCategory"}
    return [without_answers(item) for item in data] if isinstance(data, list) else data


@pytest.mark.parametrize(
    "shape",
    [
        lambda p: p,
        lambda p: [p, {"@type": "Organization", "name": "x"}, p],
        lambda p: {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, p]},
        lambda p: {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "position": 1, "item": p}]},
        lambda p: {**p, "@type": ["JobPosting", "Thing"]},
        lambda p: {**p, "@type": "schema:JobPosting"},
        lambda p: {**p, "@type": "http://schema.org/JobPosting"},
    ],
    ids=["one object", "array", "graph", "item list", "several types", "prefixed type", "full type"],
)
def test_postings_are_found_in_every_shape_and_nothing_else_changes(shape, normaliser):
    before = shape(copy.deepcopy(POSTING))
    after = json.loads(enriched(jsonld.load(json.dumps(before)), normaliser))
    assert without_answers(after) == before
    assert json.dumps(without_answers(after)) == json.dumps(before), "the order of the fields"
    assert '"codeValue": "senior/manager"' in json.dumps(after)


def test_a_posting_becomes_a_query():
    query = jsonld.query(POSTING)
    assert (query.id, query.title, query.company) == ("https://jobs.example/17", "Group PM", "Example Ltd")
    assert "managers & hire" in query.description


@pytest.mark.parametrize(
    ("fields", "title", "company", "identity"),
    [
        ({"name": "PM"}, "PM", None, None),
        ({"title": {"@value": "PM", "@language": "en"}}, "PM", None, None),
        ({"title": ["PM", "Produktmanager"]}, "PM", None, None),
        ({"title": "PM", "hiringOrganization": "ACME"}, "PM", "ACME", None),
        ({"title": "R&amp;D PM", "identifier": {"@type": "PropertyValue", "value": 4711}}, "R&D PM", None, "4711"),
        ({"title": 7, "url": "https://x.example"}, "7", None, "https://x.example"),
        ({"title": True, "description": [], "hiringOrganization": []}, "", None, None),
    ],
)
def test_the_forms_in_which_a_text_is_stated(fields, title, company, identity):
    query = jsonld.query({"@type": "JobPosting", **fields})
    assert (query.title, query.company, query.id) == (title, company, identity)


def test_an_answer_stands_beside_the_categories_that_were_there(normaliser):
    theirs = {"@type": "CategoryCode", "codeValue": "11-2021.00", "inCodeSet": "O*NET-SOC"}
    document = jsonld.load(json.dumps({**POSTING, "occupationalCategory": theirs}))
    categories = json.loads(enriched(document, normaliser))["occupationalCategory"]
    assert categories[0] == theirs
    assert categories[1]["name"] == "Senior/GPM, manager track"


def test_enriching_twice_is_enriching_once(normaliser):
    once = enriched(jsonld.load(json.dumps(POSTING)), normaliser)
    assert enriched(jsonld.load(once), normaliser) == once


def test_the_code_is_level_and_track_in_every_family(normaliser):
    for title, family in (("Head Nurse", "nursing"), ("Project Manager", "project-programme"), ("Group PM", "product-management")):
        result = normaliser.classify(jsonld.query({"title": title}))
        category = jsonld.category(result)
        assert category["codeValue"] == f"{result.level.id}/{result.track}"
        assert category["inCodeSet"]["name"] == jsonld.CODE_SET
        assert {item["propertyID"]: item["value"] for item in category["additionalProperty"]}["rung_family"] == family
    nothing = jsonld.category(normaliser.classify(jsonld.query({"title": "22 Per Hour"})))
    assert "codeValue" not in nothing


def test_an_answer_of_an_earlier_version_is_replaced(normaliser):
    earlier = {"@type": "CategoryCode", "codeValue": "nursing", "inCodeSet": {"name": "Rung job families"}}
    posting = {"title": "Nurse", "occupationalCategory": ["29-1141.00", earlier]}
    jsonld.enrich(posting, normaliser.classify(jsonld.query(posting)))
    assert [isinstance(each, str) or each["codeValue"] for each in posting["occupationalCategory"]] == [True, "mid/ic"]


def test_numbers_stay_as_they_were_written():
    text = '{\n  "a": 1.50,\n  "b": [\n    1e3,\n    -0.0,\n    7,\n    12345678901234567890.123,\n    1e999\n  ]\n}\n'
    document = jsonld.load(text)
    assert jsonld.dump(document) == text
    assert document.blocks[0].data["a"] == 1.5


WRAPPERS = (
    ("<!--", "-->"),
    ("\n<!--\n", "\n//-->\n"),
    ("<![CDATA[", "]]>"),
    ("\n//<![CDATA[\n", "\n//]]>\n"),
    ("/*<![CDATA[*/", "/*]]>*/"),
)


@pytest.mark.parametrize(("before", "after"), WRAPPERS)
def test_json_in_a_comment_or_a_cdata_section_is_read_and_its_wrapper_stays(before, after, normaliser):
    script = '<script type="application/ld+json">' + before
    page = f'<html>{script}{{"@type": "JobPosting", "title": "Group PM", "x": "]]\\u003e"}}{after}</script></html>'
    written = enriched(jsonld.load(page), normaliser)
    assert written.startswith("<html>" + script)
    assert written.endswith(after + "</script></html>")
    assert written.count("]]>") == after.count("]]>")
    assert jsonld.load(written).postings()[0]["occupationalCategory"]["codeValue"] == "senior/manager"


def test_line_breaks_may_stand_in_strings(normaliser):
    written = enriched(jsonld.load('{"@type": "JobPosting", "title": "Group PM", "description": "You\n\tlead."}'), normaliser)
    assert json.loads(written)["description"] == "You\n\tlead."


@pytest.mark.parametrize(
    "stated", ["", '<meta charset="ISO-8859-1">', '<meta http-equiv=x content="text/html; charset=windows-1252">']
)
def test_a_page_in_a_western_encoding_is_read_and_stays_in_it(stated, tmp_path, capsysbinary):
    posting = '{"@type": "JobPosting", "title": "Leiter Einkauf – Köln"}'
    page = f'<html>{stated}<script type="application/ld+json">{posting}</script><p>Köln'
    source = tmp_path / "page.html"
    source.write_bytes(page.encode("cp1252") + b"\x81</p></html>")
    assert main(["enrich", str(source)]) == 0
    written = capsysbinary.readouterr().out
    assert written.endswith("<p>Köln".encode("cp1252") + b"\x81</p></html>")
    assert "Leiter Einkauf \\u2013 K\\u00f6ln" in written.decode("cp1252", "replace")


def test_a_page_that_is_not_what_it_states_is_refused():
    with pytest.raises(TableError, match="not in the encoding utf-8 that it states"):
        jsonld.load(b'<meta charset="utf-8"><script type="application/ld+json">{}</script>\xff')
    with pytest.raises(TableError, match="not in the encoding klingon that it states"):
        jsonld.load(b'<meta charset="klingon"><script type="application/ld+json">{}</script>\xff')


def test_a_page_changes_within_its_postings_alone(normaliser):
    page = """<!doctype html><html><head>
<SCRIPT TYPE='application/ld+json'>{"@type": "JobPosting", "title": "Group PM", "description": "a <\\/script> b"}</SCRIPT>
<script>var notOurs = {"@type": "JobPosting"};</script>
<script type="application/ld+json" id="broken">{"@type": "JobPosting", </script>
</head><body>Group PM &copy; <b>x</b></body></html>"""
    document = jsonld.load(page)
    written = enriched(document, normaliser)
    assert [block.error is None for block in document.blocks] == [True, False]
    assert document.blocks[1].error.startswith("line 4")
    assert written.endswith(page[page.index("</SCRIPT>") :])
    assert jsonld.load(written).postings()[0]["description"] == "a </script> b"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "line 1"),
        ("{'a': 1}", "line 1"),
        ('{"a": 1, "a": 2}', "appears twice"),
        ('{"a": NaN}', "NaN"),
        ('{"a": Infinity}', "Infinity"),
        ("[" * 500 + "]" * 500, "too deep"),
        ("[" * 100_000, "too deep"),
        ("<html></html>", "no <script"),
        ("<" + "script" * 10_000, "no <script"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(text, reason):
    with pytest.raises(TableError, match=reason):
        jsonld.load(text)


HOSTILE = ("x <!-- <script> y", "</script><script>alert(1)</script>", "<!--<script>", "]]>", "a < b & c", "<\\/script>")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_posting_ends_its_script_or_opens_another(text, normaliser):
    escaped = json.dumps({"@type": "JobPosting", "title": "Group PM", "description": text}).replace("<", "\\u003c")
    page = f'<html><script type="application/ld+json">{escaped}</script><p id="after">stays</p></html>'
    written = enriched(jsonld.load(page), normaliser)
    start = written.index(">", written.index("<script")) + 1
    block = written[start : written.index("</script>", start)]
    assert "<" not in block
    assert json.loads(block)["description"] == text
    assert written.endswith('</script><p id="after">stays</p></html>')


def test_a_key_that_stands_twice_is_named_wherever_it_stands():
    keys = [f'"k{n}": 0' for n in range(2_000)]
    with pytest.raises(TableError, match="'k1999' appears twice"):
        jsonld.load("{" + ", ".join([*keys, keys[-1]]) + "}")


def test_each_broken_block_is_named_by_its_line():
    page = "<html>\n" + '<script type="application/ld+json">{\n</script>\n' * 3
    assert [(block.line, block.error.split(":")[0]) for block in jsonld.load(page).blocks] == [
        (2, "line 3"),
        (4, "line 5"),
        (6, "line 7"),
    ]


def test_half_an_emoji_stays_what_it_was():
    text = '{\n  "title": "PM \\ud83d"\n}\n'
    assert jsonld.dump(jsonld.load(text)) == text


def test_the_command_reports_what_failed_and_keeps_it(tmp_path, capsys):
    source, out = tmp_path / "in.jsonld", tmp_path / "out.jsonld"
    blank = {"@type": "JobPosting", "@id": "job-2", "title": " "}
    source.write_text(json.dumps([POSTING, blank]), encoding="utf-8")
    assert main(["enrich", str(source), "--out", str(out)]) == 1
    written = json.loads(out.read_text(encoding="utf-8"))
    assert written[1] == blank
    assert written[0]["occupationalCategory"]["codeValue"] == "senior/manager"
    said = capsys.readouterr().err
    assert "posting 2 (job-2)" in said
    assert "2 postings: 1 classified; 1 failed" in said


def test_the_command_leaves_an_existing_file_alone(tmp_path, capsys):
    source, out = tmp_path / "in.jsonld", tmp_path / "out.jsonld"
    source.write_text(json.dumps(POSTING), encoding="utf-8")
    out.write_text("mine", encoding="utf-8")
    assert main(["enrich", str(source), "--out", str(out)]) == 2
    assert out.read_text(encoding="utf-8") == "mine"
    assert "--overwrite" in capsys.readouterr().err
    assert main(["enrich", str(source), "--out", str(out), "--overwrite"]) == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_command_follows_a_link_keeps_permissions_and_replaces_no_device(tmp_path, capsys):
    source, out, target = tmp_path / "in.jsonld", tmp_path / "out.jsonld", tmp_path / "target.jsonld"
    source.write_text(json.dumps(POSTING), encoding="utf-8")
    target.write_text("mine", encoding="utf-8")
    target.chmod(0o600)
    out.symlink_to(target)
    assert main(["enrich", str(source), "--out", str(out), "--overwrite"]) == 0
    assert out.is_symlink()
    assert "senior/manager" in target.read_text(encoding="utf-8")
    assert target.stat().st_mode & 0o777 == 0o600
    os.mkfifo(tmp_path / "pipe")
    assert main(["enrich", str(source), "--out", str(tmp_path / "pipe"), "--overwrite"]) == 2
    assert (tmp_path / "pipe").is_fifo()
    assert "not a regular file" in capsys.readouterr().err


def test_the_command_refuses_a_document_that_is_too_large(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(enrich, "MAX_DOCUMENT", 100)
    source = tmp_path / "in.jsonld"
    source.write_text(json.dumps(POSTING), encoding="utf-8")
    assert main(["enrich", str(source)]) == 2
    assert "larger than 100 bytes" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "reason"), [(b"\xff\xfe{", "not UTF-8"), (b"no json", "not JSON-LD"), (None, "cannot be read")]
)
def test_the_command_refuses_a_source_with_its_reason(tmp_path, capsys, content, reason):
    source = tmp_path / "in.jsonld"
    if content is not None:
        source.write_bytes(content)
    assert main(["enrich", str(source)]) == 2
    assert reason in capsys.readouterr().err
