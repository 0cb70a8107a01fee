"""From a function to its derivatives: grad, value_and_grad, gradients, jacobian, hessian, hvp.

Every call differentiates with respect to nodes of its own, made fresh from the arguments. So a call inside another
call never confuses its variable with the outer one, and the results can be differentiated again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from numbers import Real
from typing import TYPE_CHECKING, Any

from autograd.functions import Number, dot, members, sequence
from autograd.modes import recorded
from autograd.ops import identity, number, shown
from autograd.rng import is_integer
from autograd.value import Value, adjoints

if TYPE_CHECKING:
    from numpy.typing import NDArray


def gradients(output: Number, inputs: Value | Iterable[Value], create_graph: bool = False) -> list[Value]:
    """∂output/∂input for each input, leaving every `.grad` alone.

    Args:    output: a Value (a bare number depends on nothing). inputs: Values it may depend on, leaves or inner nodes.
             create_graph: give the gradients a graph, for higher derivatives.
    Raises:  TypeError: output is no number, or an input no Value. StaleGraphError, AnomalyError: as `Value.backward`.
    Differs: torch.autograd.grad raises for an input that is not used; here its gradient is 0.
    Example:
        >>> x = Value(3.0)
        >>> gradients(x * x, [x])
        [Value(6.0)]
    """
    wanted: Sequence[Any] = [inputs] if isinstance(inputs, Value) else sequence(inputs, "gradients: the inputs")
    for x in wanted:
        if not isinstance(x, Value):
            raise TypeError(f"gradients: the input {shown(x)} is no Value, so nothing was computed from it. "
                            "Give Values that the output was computed from.")
    if not isinstance(output, Value):
        number(output, "gradients: the output")
    adjoint = adjoints(output, create_graph=create_graph) if isinstance(output, Value) else {}
    found = [adjoint.get(x, 0.0) for x in wanted]
    return [g if isinstance(g, Value) else Value(g) for g in found]


def grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """The function that gives the gradient of `f`.

    Args:    f: a function of numbers, or of lists, tuples, dicts or arrays of them, that returns one Value.
             argnums: the argument to differentiate by, or several.
    Returns: a function of the same arguments. Its result has the argument's structure, with Values in it, which can be
             drawn and differentiated again; for several argnums, a tuple of such.
    Raises:  TypeError: f is no function, or returns something else than one number; argnums names no argument; a member
             of the argument is no number.
    Differs: jax.grad returns bare numbers.
    Example:
        >>> grad(grad(lambda x: x**3))(2.0)
        Value(12.0)
    """
    both = value_and_grad(f, argnums)

    def gradient(*args: Any) -> Any:
        return both(*args)[1]

    return gradient


def value_and_grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., tuple[Any, Any]]:
    """The function that gives the value of `f` and its gradient.

    Args, Raises: as `grad`.
    Example:
        >>> value_and_grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 3.0)
        (Value(6.0), (Value(3.0), Value(2.0)))
    """
    require_function(f, "grad")
    chosen: Sequence[Any] = argnums if isinstance(argnums, (list, tuple)) else [argnums]
    if not all(map(is_integer, chosen)):
        raise TypeError(f"grad: argnums is {shown(argnums)}. Give the place of an argument, or several, as in argnums=(0, 1).")

    def both(*args: Any) -> tuple[Any, Any]:
        for i in chosen:
            if not -len(args) <= i < len(args):
                raise TypeError(f"grad: argnums names argument {i}, but {len(args)} were given. Count from 0.")
        own = list(args)
        for i in chosen:
            own[i] = mapped(partial(fresh, doing=f"grad: argument {i}"), args[i])
        with recorded():
            y = one_number(f(*own), "grad")
            leaves: list[Value] = []
            for i in chosen:
                mapped(leaves.append, own[i])
            found = iter(gradients(y, leaves, create_graph=True))
            structured = tuple(mapped(lambda _: next(found), own[i]) for i in chosen)
        return y, structured if chosen is argnums else structured[0]

    return both


def jacobian(f: Callable[[list[Value]], Any], *, create_graph: bool = False) -> Callable[[Sequence[Number]], NDArray[Any]]:
    """The function that gives all first derivatives of a vector function: J[i, j] = ∂fᵢ/∂xⱼ.

    Args:    f: takes a list of Values, returns a sequence of them. create_graph: return Values, to be differentiated
             again, in place of floats.
    Shape:   (number of outputs, number of inputs).
    Raises:  TypeError: f is no function; the inputs or outputs are no sequence of numbers.
    Example:
        >>> jacobian(lambda x: [x[0] * x[1], x[0]])([2.0, 3.0])
        array([[3., 2.],
               [1., 0.]])

    Source:  torch.autograd.functional.jacobian.
    """
    require_function(f, "jacobian")

    def rows(xs: Sequence[Number]) -> NDArray[Any]:
        with recorded():
            own = [fresh(x, "jacobian") for x in sequence(xs, "jacobian")]
            outputs = members(f(own), "jacobian: the function's result")
            return array([gradients(y, own, create_graph=create_graph) for y in outputs], (len(outputs), len(own)), create_graph)

    return rows


def hessian(f: Callable[[list[Value]], Any], *, create_graph: bool = False) -> Callable[[Sequence[Number]], NDArray[Any]]:
    """The function that gives all second derivatives: H[i, j] = ∂²f/∂xᵢ∂xⱼ.

    Args:    f: takes a list of Values, returns one. create_graph: return Values, to be differentiated again, in place
             of floats.
    Shape:   (n, n) for n inputs.
    Raises:  TypeError: f is no function, or returns something else than one number; the inputs are no sequence of numbers.
    Example:
        >>> hessian(lambda x: (x[0] * x[1] - 1.0)**2)([0.0, 0.0])
        array([[ 0., -2.],
               [-2.,  0.]])

    Source:  torch.autograd.functional.hessian.
    """
    require_function(f, "hessian")

    def rows(xs: Sequence[Number]) -> NDArray[Any]:
        with recorded():
            own = [fresh(x, "hessian") for x in sequence(xs, "hessian")]
            slopes = gradients(one_number(f(own), "hessian"), own, create_graph=True)
            return array([gradients(g, own, create_graph=create_graph) for g in slopes], (len(own), len(own)), create_graph)

    return rows


def hvp(f: Callable[[list[Value]], Any], *, create_graph: bool = False) -> Callable[[Sequence[Number], Sequence[Number]], NDArray[Any]]:
    """The function (x, v) that gives the Hessian at x times v, without forming the Hessian.

        H v = ∇(∇f · v)

    Args:    as `hessian`; v has as many members as x.
    Shape:   (n,).
    Raises:  TypeError: as `hessian`; v is no sequence of numbers. ValueError: x and v differ in length.
    Example:
        >>> hvp(lambda x: x[0] * x[0] * x[1])([1.0, 2.0], [1.0, 0.0])
        array([4., 2.])

    Source:  B. A. Pearlmutter, Fast exact multiplication by the Hessian (1994).
    """
    require_function(f, "hvp")

    def product(xs: Sequence[Number], v: Sequence[Number]) -> NDArray[Any]:
        with recorded():
            own = [fresh(x, "hvp") for x in sequence(xs, "hvp")]
            direction = members(v, "hvp: v")
            if len(direction) != len(own):
                raise ValueError(f"hvp: x has {len(own)} members and v {len(direction)}. The direction needs one for each x.")
            slopes = gradients(one_number(f(own), "hvp"), own, create_graph=True)
            return array(gradients(dot(slopes, direction), own, create_graph=create_graph), (len(own),), create_graph)

    return product


def require_function(f: Any, doing: str) -> None:
    """Raise a TypeError unless `f` can be called."""
    if not callable(f):
        raise TypeError(f"{doing}: {shown(f)} is no function. Give one, as in {doing}(lambda x: …); a Value has backward() instead.")


def fresh(x: Number, doing: str) -> Value:
    """A node of one's own for an argument: the identity of a Value, a leaf for a number."""
    return identity(x) if isinstance(x, Value) else Value(number(x, doing))


def one_number(y: Any, doing: str) -> Number:
    """`y` as one Value or float."""
    if isinstance(y, Value):
        return y
    if isinstance(y, Real) and not isinstance(y, bool):
        return number(y, f"{doing}: the function's result")
    raise TypeError(f"{doing}: the function returned {shown(y)}, and only a single number has a gradient. "
                    "Return one Value, such as a sum or a mean.")


def mapped(f: Callable[[Any], Any], x: Any) -> Any:
    """f of every number in a structure of lists, tuples, dicts and arrays."""
    if isinstance(x, dict):
        return {key: mapped(f, member) for key, member in x.items()}
    if isinstance(x, (list, tuple)):
        return type(x)(mapped(f, member) for member in x)
    if hasattr(x, "__array__") and x.ndim:
        import numpy as np

        out = np.empty(x.shape, dtype=object)
        for i in np.ndindex(x.shape):
            out[i] = f(x[i])
        return out
    return f(x)


def array(rows: Any, shape: tuple[int, ...], create_graph: bool) -> NDArray[Any]:
    """Values in an object array, or their numbers in a float array."""
    import numpy as np

    out: NDArray[Any] = np.empty(shape, dtype=object)
    out[...] = rows
    return out if create_graph else np.array([v.item() for v in out.flat], dtype=np.float64).reshape(shape)
