"""The build hook of hatchling: compiles the kernel, if there is a compiler. Without it, the package works, but more slowly.

It also writes byte code next to the modules, which an editable install reads: an environment in which Python writes none would
else compile them at every start.
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
    """Compiles ``rung.kernel._kernel``, unless ``RUNG_WITHOUT_KERNEL=1`` is set."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile in place; add the kernel to a wheel and tag the wheel with its platform."""
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
        """Compile the kernel; returns the path of the library, relative to the root of the project."""
        extension = Extension("rung.kernel._kernel", [SOURCE], extra_compile_args=["-O3"] if os.name == "posix" else [])
        with contextlib.chdir(self.root), tempfile.TemporaryDirectory() as scratch:
            package = {"name": "rung", "package_dir": {"": "service"}, "ext_modules": [extension]}
            command = Distribution(package).get_command_obj("build_ext")
            command.inplace, command.build_temp, command.build_lib = True, scratch, scratch
            command.ensure_finalized()
            command.run()
            return Path(command.get_ext_fullpath(extension.name)).resolve().relative_to(Path(self.root).resolve()).as_posix()
