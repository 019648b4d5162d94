"""`rung classify --occupation`: codes beside the answer, and none of them without it."""

import json

from rung.cli.__main__ import main


def test_codes_are_printed_if_asked_for(capsys):
    assert main(["classify", "Registered Nurse", "--occupation"]) == 0
    assert "29-1141.00" in capsys.readouterr().out
    assert main(["classify", "Registered Nurse"]) == 0
    assert "29-1141.00" not in capsys.readouterr().out


def test_json_has_them_if_asked_for(capsys):
    assert main(["classify", "Registered Nurse", "--json", "--occupation"]) == 0
    assert json.loads(capsys.readouterr().out)["occupation"]["soc"][0]["code"] == "29-1141.00"
    assert main(["classify", "Registered Nurse", "--json"]) == 0
    assert "occupation" not in json.loads(capsys.readouterr().out)
