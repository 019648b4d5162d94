"""Which kernel answers is chosen once, where the package is imported; ``RUNG_KERNEL`` forces one."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from rung.kernel import native

SHOW = "import rung.kernel; print(rung.kernel.native is None)"
HIDE = "import sys; sys.modules['rung.kernel._kernel'] = None; "  # as where none was built


def chosen(wanted: str | None, program: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "RUNG_KERNEL"}
    if wanted is not None:
        environment["RUNG_KERNEL"] = wanted
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)


def test_plain_is_taken_where_it_is_asked_for() -> None:
    assert chosen("plain", SHOW).stdout == "True\n"


@pytest.mark.skipif(native is None, reason="no compiled kernel: none was built, or RUNG_KERNEL=plain")
@pytest.mark.parametrize("wanted", ["native", None])
def test_the_compiled_one_is_taken_where_it_is_there(wanted: str | None) -> None:
    assert chosen(wanted, SHOW).stdout == "False\n"


def test_plain_serves_where_none_was_built() -> None:
    assert chosen(None, HIDE + SHOW).stdout == "True\n"


def test_a_missing_kernel_that_was_asked_for_is_an_error_that_says_what_to_do() -> None:
    refused = chosen("native", HIDE + SHOW)
    assert refused.returncode == 1
    assert "RUNG_KERNEL=native, but the compiled kernel is missing" in refused.stderr
    assert "make kernel" in refused.stderr


def test_another_word_is_refused() -> None:
    refused = chosen("fast", SHOW)
    assert refused.returncode == 1
    assert "RUNG_KERNEL='fast' is not known; set it to 'plain' or 'native'" in refused.stderr


def test_the_command_line_says_so_in_one_line() -> None:
    refused = chosen("fast", "import sys; from rung.cli.__main__ import main; sys.exit(main(['classify', 'CPO']))")
    assert refused.returncode == 2
    assert refused.stderr == "rung: RUNG_KERNEL='fast' is not known; set it to 'plain' or 'native', or unset it.\n"


@pytest.mark.skipif(native is None, reason="no compiled kernel: none was built, or RUNG_KERNEL=plain")
def test_answers_of_the_compiled_one_need_no_numpy() -> None:
    answer = "from rung import Normaliser, Query; n = Normaliser.load(); "
    answer += (
        "n.classify(Query('Sr PM', 'You lead a team of four.', include=('evidence',))); n.classify(Query('Cook', 'You cook.'))"
    )
    assert chosen("native", f"{answer}; import sys; print('numpy' in sys.modules)").stdout == "False\n"
