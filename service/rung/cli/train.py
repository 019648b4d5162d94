"""``rung train``: build the model of this version from ``training_data/``."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from rung import __version__
from rung.errors import extra
from rung.training import arithmetic


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "train",
        help="build a model from training_data/",
        description="Build the model of this version from the training data. Needs: pip install 'rung[train]'",
        epilog="examples:\n  rung train\n  rung train --data my_data --models my_models --version 2.0.0+mine",
    )
    parser.add_argument("--data", type=Path, default=Path("training_data"), help="folder of the training data")
    parser.add_argument("--models", type=Path, default=Path("models"), help="folder that the model's folder is written into")
    parser.add_argument("--version", default=__version__, help="version of the model")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Build the model and print its folder and digest."""
    if missing := arithmetic.missing():
        command = [sys.executable, "-m", "rung.cli", "train", "--version", options.version]
        command += ["--data", str(options.data), "--models", str(options.models)]
        return subprocess.call(command, env={**os.environ, **missing})  # noqa: S603 - this program itself
    with extra("train", "the command train"):
        from rung.training.make import make
    folder, digest = make(options.data, options.models, options.version)
    print(f"{folder}  {digest}")
    return 0
