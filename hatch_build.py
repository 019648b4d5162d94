"""Compiles the kernel while the package is built, where there is a compiler; where there is none, the package does without it.

It also compiles the modules in place, where an editable install reads them: else every start does where Python writes no byte code.
"""

from __future__ import annotations

import compileall
import contextlib
import os
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from setuptools import Distribution, Extension
from setuptools.errors import BaseError

SOURCE = "service/rung/kernel/_kernel.c"


class Kernel(BuildHookInterface[Any]):
    """The one hook of this project. ``RUNG_WITHOUT_KERNEL=1`` leaves the kernel out."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile in place, and have the wheel take the kernel and say which machines it is for."""
        compileall.compile_dir(Path(self.root) / "service", quiet=1)
        if self.target_name != "wheel" or os.environ.get("RUNG_WITHOUT_KERNEL") == "1":
            return
        try:
            built = self._compile()
        except (BaseError, OSError) as error:
            self.app.display_warning(f"the kernel was not compiled, texts will be read more slowly: {error}")
            return
        build_data["artifacts"].append(f"/{built}")
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def _compile(self) -> str:
        """The path of the library below the root of the project."""
        extension = Extension("rung.kernel._kernel", [SOURCE], extra_compile_args=["-O3"] if os.name == "posix" else [])
        with contextlib.chdir(self.root), tempfile.TemporaryDirectory() as scratch:
            package = {"name": "rung", "package_dir": {"": "service"}, "ext_modules": [extension]}
            command = Distribution(package).get_command_obj("build_ext")
            command.inplace, command.build_temp, command.build_lib = True, scratch, scratch
            command.ensure_finalized()
            command.run()
            return Path(command.get_ext_fullpath(extension.name)).resolve().relative_to(Path(self.root).resolve()).as_posix()
