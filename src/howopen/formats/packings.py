"""Which endings of names betray a packing, and what finds its group."""

from __future__ import annotations

from collections.abc import Mapping

from howopen.errors import FormatError
from howopen.formats.codes import (
    find_bitsandbytes_4bit,
    find_bitsandbytes_8bit,
    find_mxfp4,
    find_scaled,
)
from howopen.formats.packed import Finder, Group, Settings
from howopen.formats.ranged import Tensor
from howopen.formats.weights import Weights
from howopen.formats.words import find_compressed, find_mlx, find_qweight


def _gap(scheme: str) -> Finder:
    """Make a finder of a scheme whose layout is not decoded."""

    def find(
        tensor: Tensor, tensors: Mapping[str, Tensor], weights: Weights, settings: Settings
    ) -> Group | None:
        raise FormatError(f"packed by {scheme}, whose layout is not decoded")

    return find


#: ending of a name -> finder; the first ending that fits counts
FINDERS: dict[str, Finder] = {
    ".qweight": find_qweight,
    ".quant_state.bitsandbytes__nf4": find_bitsandbytes_4bit,
    ".quant_state.bitsandbytes__fp4": find_bitsandbytes_4bit,
    ".SCB": find_bitsandbytes_8bit,
    ".weight_packed": find_compressed,
    ".weight_scale": find_scaled,
    ".weight_scale_inv": find_scaled,
    "_blocks": find_mxfp4,
    ".scales": find_mlx,
    ".q_weight": _gap("EXL2"),
    ".trellis": _gap("EXL3"),
    ".Qidxs": _gap("QuIP#"),
    ".codebooks": _gap("AQLM"),
    ".codes": _gap("AQLM"),
    ".W_q": _gap("HQQ"),
}
