"""A lowered program as text: which nodes became which kernel, and the bytes that all of it takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from autograd.replay.arguments import counted
from autograd.replay.finite import size_of
from autograd.replay.lower import BatchMean, Fold, Gather, Kernel, Map, MatMul
from autograd.replay.native.executor import Instructions, NativeExecutor
from autograd.replay.numpy_executor import NumpyExecutor
from autograd.replay.python_executor import PythonExecutor
from autograd.replay.scalars import ScalarExecutor

if TYPE_CHECKING:
    from autograd.replay.program import Program

WORD = 8
"""Bytes of a number in an instruction."""

FIRST = 4
"""Of the rows that a copy picks, so many are listed."""


def explanation(program: Program) -> str:
    """What the graph was, the kernels in the order in which they run, and the memory of the last batch."""
    return "\n".join([*graph_lines(program), *kernel_lines(program), *byte_lines(program)])


def graph_lines(program: Program) -> Iterator[str]:
    """What was recorded, and what was left of it when it had been read."""
    lowered, recorded = program.lowered, program._recorded
    yield ", ".join(counted(n, thing) for n, thing in (
        (lowered.inputs, "input"), (len(lowered.parameters), "parameter"), (len(lowered.constants), "constant")))
    nodes = sum(op is not None for op in recorded.op)
    yield f"{counted(nodes, 'node')} on the graph"
    if len(recorded.computed()) < nodes:
        yield f"{counted(len(recorded.computed()), 'node')} when chains of + are read as sums and dots"
    if program._batch and program.tape is not recorded:
        yield f"{counted(len(program.tape.computed()), 'node')} when {program._batch.lanes} copies are run in lanes"


def kernel_lines(program: Program) -> Iterator[str]:
    """A line for each kernel. v: rows with a lane for each example; u: rows with one number for all."""
    executor = program._executor(size_of(program))
    if isinstance(executor, ScalarExecutor):
        names = Counter(op.name for i in program.tape.computed() if (op := program.tape.op[i]) is not None)
        yield f"{counted(sum(names.values()), 'node')}, run by {program.executor} {executor.describes}:"
        yield from (f"{n:>9,}  {name}" for name, n in names.most_common())
        return
    kernels = program.lowered.kernels
    yield f"{counted(sum(map(nodes_of, kernels)), 'node')} in {counted(len(kernels), 'kernel')}, run by {program.executor}{program._why()}:"
    for kernel in kernels:
        nodes = f"{nodes_of(kernel):,}" if nodes_of(kernel) else ""
        yield f"{nodes:>9}  {operation_of(kernel):<20}  {kernel.out} = {formula_of(kernel)}"


def byte_lines(program: Program) -> Iterator[str]:
    """What the stores and the instructions take, apart and in all."""
    executor = program._executor(size_of(program))
    if isinstance(executor, ScalarExecutor):
        yield f"{executor.nbytes:,} bytes of numbers, adjoints and instructions"
        return
    lanes = executor.varying.shape[1]
    values = executor.uniform.nbytes, executor.varying.nbytes
    adjoints = executor.uniform_adjoint.nbytes, getattr(executor, "varying_adjoint", executor.uniform[:0]).nbytes
    rows = [
        ("bytes", "values", "adjoints", "instructions"),
        ("shared by all", values[0], adjoints[0], instruction_bytes(program, executor)),
        ("for each lane", values[1] // lanes, adjoints[1] // lanes, ""),
        (f"in all, {counted(lanes, 'lane')}", sum(values), sum(adjoints), instruction_bytes(program, executor)),
    ]
    for title, *cells in rows:
        yield f"{title:<20}" + "".join(f"{cell if isinstance(cell, str) else f'{cell:,}':>14}" for cell in cells)


def nodes_of(kernel: Kernel) -> int:
    """How many nodes of the graph a kernel computes; copies are none."""
    if isinstance(kernel, Gather):
        return 0
    return 2 * kernel.out.count if isinstance(kernel, MatMul) and kernel.bias else kernel.out.count


def operation_of(kernel: Kernel) -> str:
    """What a kernel does at each node."""
    match kernel:
        case MatMul():
            return f"{counted(kernel.out.count, 'dot')} of {kernel.x.count}{' + b' if kernel.bias else ''}"
        case Fold():
            return f"{kernel.op.name} of {kernel.inputs[0].count // kernel.out.count}"
        case Map():
            return kernel.op.name
        case BatchMean():
            return "mean over the batch"
    return "copy"


def formula_of(kernel: Kernel) -> str:
    """The rows that a kernel reads."""
    match kernel:
        case MatMul():
            return f"{kernel.weights} @ {kernel.x}{f' + {kernel.bias}' if kernel.bias else ''}"
        case BatchMean():
            return f"mean {kernel.input}"
        case Gather():
            more = ", …" if len(kernel.index) > FIRST else ""
            return f"{'vu'[not kernel.varying]}[{', '.join(map(str, kernel.index[:FIRST]))}{more}]"
    return f"{kernel.op.name}({', '.join(map(str, kernel.inputs))})"


def instruction_bytes(program: Program, executor: NativeExecutor | NumpyExecutor | PythonExecutor) -> int:
    """What the instructions take: numbers for a machine, or lines of source."""
    if isinstance(executor, NativeExecutor):
        code = Instructions(program.lowered)
        return WORD * (sum(map(len, code.rows)) + len(code.index))
    source = executor.source if isinstance(executor.source, str) else executor.source()
    return len(source.encode())
