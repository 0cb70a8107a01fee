"""The optional native extension: built where there is a C compiler, left out with no error where there is none."""

import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).parent
NATIVE = Path("autograd/replay/native")
sys.path.insert(0, str(ROOT))


class BuildWithTable(build_ext):
    """Writes the table of operations and the optimisers' rules as C before they are compiled."""

    def build_extension(self, ext: Extension) -> None:
        """Into the folder for temporary files, so that the source tree has no generated text; constants as macros."""
        from autograd import ieee
        from autograd.replay.native.source import header
        from optim._variants import variants

        folder = Path(self.build_temp)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "table.h").write_text(header(variants()), encoding="utf-8")
        ext.include_dirs.append(str(folder))
        ext.define_macros += [(name, repr(getattr(ieee, name))) for name in ("SELU_ALPHA", "SELU_SCALE")]
        super().build_extension(ext)


setup(
    cmdclass={"build_ext": BuildWithTable},
    ext_modules=[
        Extension(
            "autograd.replay.native._native",
            sources=[str(path.relative_to(ROOT)) for path in sorted((ROOT / NATIVE).glob("*.c"))],
            depends=[str(path.relative_to(ROOT)) for path in sorted((ROOT / NATIVE).glob("*.h"))],
            # No -ffast-math: answers stay those of IEEE 754, and linking with it would flush subnormals in the whole process.
            extra_compile_args=["-std=gnu11", "-O3", "-fno-math-errno", "-fno-trapping-math", "-fvisibility=hidden"],
            optional=True,
        )
    ],
)
