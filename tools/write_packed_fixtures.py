"""Write `tests/fixtures/packed` with the tools that people quantise with, and their own decoders.

Each file holds one small random layer as a tool packs it, and under `truth` what the tool's own
decoder makes of it. Run where torch, safetensors, bitsandbytes, compressed-tensors, auto-gptq and
autoawq are importable; with `--mlx`, where mlx is. Our reader is then tested against these files.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
import types
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "packed"
OUTPUTS, INPUTS, GROUP = 32, 96, 32


def save(case: str, tensors: dict[str, Any], config: dict[str, Any] | None = None) -> None:
    """Write one case: its tensors, and the configuration that tells how they are packed."""
    torch_file = importlib.import_module("safetensors.torch")
    folder = ROOT / case
    folder.mkdir(parents=True, exist_ok=True)
    held = {name: tensor.contiguous() for name, tensor in tensors.items()}
    torch_file.save_file(held, folder / "model.safetensors")
    if config is not None:
        (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    print(case, {name: (tuple(each.shape), str(each.dtype)) for name, each in held.items()})


def weight(seed: int) -> Any:
    """Return a random layer."""
    torch = importlib.import_module("torch")
    return torch.randn(OUTPUTS, INPUTS, generator=torch.Generator().manual_seed(seed)) * 0.05


def grid(layer: Any, bits: int) -> tuple[Any, Any]:
    """Return asymmetric scales and zeros for each output and group of inputs."""
    torch = importlib.import_module("torch")
    parts = layer.reshape(OUTPUTS, -1, GROUP)
    low, high = parts.amin(-1).clamp(max=0), parts.amax(-1).clamp(min=0)
    scale = ((high - low) / (2**bits - 1)).half().float()
    zero = torch.round(-low / scale).clamp(1, 2**bits - 1)
    return scale, zero


def module(name: str, path: str) -> Any:
    """Load one file of an installed package without the rest of the package."""
    found = importlib.util.find_spec(name)
    if found is None or found.submodule_search_locations is None:
        raise SystemExit(f"{name} is not installed")
    file = Path(next(iter(found.submodule_search_locations))) / path
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{file} is no module")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def gptq() -> None:
    """GPTQ in 2, 3, 4 and 8 bits: packed by auto-gptq, decoded by feeding it the identity."""
    torch = importlib.import_module("torch")
    qlinear = module("auto_gptq", "nn_modules/qlinear/qlinear_cuda_old.py")
    for bits in (2, 3, 4, 8):
        layer = torch.nn.Linear(INPUTS, OUTPUTS, bias=False)
        layer.weight.data = weight(bits)
        scale, zero = grid(layer.weight.data, bits)
        packed = qlinear.QuantLinear(
            bits, GROUP, INPUTS, OUTPUTS, False, weight_dtype=torch.float32
        )
        packed.pack(layer, scale, zero, None)
        packed.autogptq_cuda_available = False
        truth = packed(torch.eye(INPUTS)).T
        state = {f"layer.{name}": held for name, held in packed.state_dict().items()}
        config = {
            "quantization_config": {"quant_method": "gptq", "bits": bits, "group_size": GROUP}
        }
        save(f"gptq-int{bits}", {**state, "truth": truth}, config)


def awq() -> None:
    """AWQ, version gemm: packed by autoawq, decoded by its `dequantize_gemm`."""
    torch = importlib.import_module("torch")
    packing = module("awq", "utils/packing_utils.py")
    helpers = {
        "awq": types.ModuleType("awq"),
        "awq.utils": types.ModuleType("awq.utils"),
        "awq.utils.module": types.ModuleType("awq.utils.module"),
        "awq.utils.utils": types.ModuleType("awq.utils.utils"),
        "awq.utils.packing_utils": packing,
    }
    helpers["awq.utils.module"].try_import = lambda name: (None, "")
    helpers["awq.utils.utils"].get_best_device = lambda: "cpu"
    gemm_file = "modules/linear/gemm.py"
    found = importlib.util.find_spec("awq")
    sys.modules.update(helpers)
    spec = importlib.util.spec_from_file_location(
        "gemm",
        Path(next(iter(found.submodule_search_locations or ()))) / gemm_file if found else "",
    )
    if spec is None or spec.loader is None:
        raise SystemExit("autoawq is not installed")
    gemm = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(gemm)
    layer = torch.nn.Linear(INPUTS, OUTPUTS, bias=False)
    layer.weight.data = weight(40)
    scale, zero = grid(layer.weight.data, 4)
    packed = gemm.WQLinear_GEMM.from_linear(
        layer, 4, GROUP, scales=scale.T.contiguous(), zeros=zero.T.contiguous()
    )
    parts = packed.qweight, packed.qzeros, packed.scales.float()
    truth = packing.dequantize_gemm(*parts, 4, GROUP).T
    state = {f"layer.{name}": held for name, held in packed.state_dict().items()}
    config = {"quantization_config": {"quant_method": "awq", "bits": 4, "version": "gemm"}}
    save("awq-int4", {**state, "truth": truth}, config)


def bitsandbytes() -> None:
    """Bitsandbytes in four bits, plain and nested, and in eight; decoded by its own functions.

    Rows are whole blocks here: version 0.50.2 decodes others wrongly on a CPU.
    """
    torch = importlib.import_module("torch")
    bnb = importlib.import_module("bitsandbytes")
    for kind, nested in (("nf4", False), ("nf4", True), ("fp4", True)):
        codes, state = bnb.functional.quantize_4bit(
            weight(50)[:, :64].contiguous(),
            blocksize=64,
            compress_statistics=nested,
            quant_type=kind,
        )
        truth = bnb.functional.dequantize_4bit(codes, state).float()
        told = {f"layer.weight.{key}": held for key, held in state.as_dict(packed=True).items()}
        case = f"bnb-{kind}{'-nested' if nested else ''}"
        save(case, {"layer.weight": codes, **told, "truth": truth})
    layer = weight(51)
    scale = layer.abs().amax(1)
    codes = torch.round(layer * 127 / scale[:, None]).to(torch.int8)
    truth = bnb.functional.int8_vectorwise_dequant(codes, scale)
    form = torch.tensor(0, dtype=torch.uint8)
    state = {"layer.weight": codes, "layer.SCB": scale, "layer.weight_format": form}
    save("bnb-int8", {**state, "truth": truth})


def compressed() -> None:
    """compressed-tensors: packed integers, integers, floats of eight and of four bits."""
    ct = importlib.import_module("compressed_tensors.quantization")
    base = importlib.import_module("compressed_tensors.compressors.base")
    helpers = importlib.import_module("compressed_tensors.quantization.utils.helpers")
    cases = {
        "compressed-int4": (
            "pack-quantized",
            {"num_bits": 4, "strategy": "group", "group_size": 32},
        ),
        "compressed-int4-zeros": (
            "pack-quantized",
            {"num_bits": 4, "strategy": "group", "group_size": 32, "symmetric": False},
        ),
        "compressed-int8": ("pack-quantized", {"num_bits": 8, "strategy": "channel"}),
        "scaled-int8": ("int-quantized", {"num_bits": 8, "strategy": "channel"}),
        "scaled-fp8": ("float-quantized", {"num_bits": 8, "type": "float", "strategy": "channel"}),
        "nvfp4": (
            "nvfp4-pack-quantized",
            {"num_bits": 4, "type": "float", "strategy": "tensor_group", "group_size": 16},
        ),
    }
    for case, (form, arguments) in cases.items():
        args = ct.QuantizationArgs(**arguments)
        scheme = ct.QuantizationScheme(targets=["Linear"], weights=args)
        layer = weight(60)
        state: dict[str, Any] = {"weight": layer}
        if form.startswith("nvfp4"):
            state["weight_global_scale"] = helpers.generate_gparam(layer.min(), layer.max())
        size = arguments.get("group_size")
        parts = layer.reshape(OUTPUTS, -1, size if isinstance(size, int) else INPUTS)
        scale, zero = helpers.calculate_qparams(
            parts.amin(-1), parts.amax(-1), args, global_scale=state.get("weight_global_scale")
        )
        state |= {"weight_scale": scale, "weight_zero_point": zero}
        compressor = base.BaseCompressor.get_value_from_registry(form)
        packed = compressor.compress(state, scheme)
        truth = compressor.decompress(dict(packed), scheme)["weight"].float()
        told = {"num_bits": args.num_bits, "group_size": args.group_size}
        config = {"quantization_config": {"config_groups": {"group_0": {"weights": told}}}}
        held = {f"layer.{name}": each for name, each in packed.items()}
        save(case, {**held, "truth": truth}, config)


def mxfp4() -> None:
    """MXFP4 as gpt-oss stores it: random codes and powers, decoded by transformers."""
    torch = importlib.import_module("torch")
    reader = importlib.import_module("transformers.integrations.mxfp4")
    seed = torch.Generator().manual_seed(7)
    blocks = torch.randint(0, 256, (2, 32, 3, 16), generator=seed, dtype=torch.uint8)
    scales = torch.randint(110, 130, (2, 32, 3), generator=seed, dtype=torch.uint8)
    truth = reader._convert_moe_packed_tensors(blocks, scales, dtype=torch.float32).transpose(1, 2)
    name = "layer.experts.down_proj"
    save("mxfp4", {f"{name}_blocks": blocks, f"{name}_scales": scales, "truth": truth})


def mlx() -> None:
    """MLX in all of its modes, written and decoded by mlx itself."""
    mx = importlib.import_module("mlx.core")
    mx.random.seed(3)
    layer = mx.random.normal((OUTPUTS, 128)) * 0.05
    cases = [("affine", bits, 64 if bits < 8 else 32) for bits in (2, 3, 4, 5, 6, 8)]
    cases += [("mxfp4", 4, 32), ("nvfp4", 4, 16), ("mxfp8", 8, 32)]
    for mode, bits, size in cases:
        parts = mx.quantize(layer, group_size=size, bits=bits, mode=mode)
        truth = mx.dequantize(*parts, group_size=size, bits=bits, mode=mode).astype(mx.float32)
        names = ("layer.weight", "layer.scales", "layer.biases")
        case = f"mlx-int{bits}" if mode == "affine" else f"mlx-{mode}"
        folder = ROOT / case
        folder.mkdir(parents=True, exist_ok=True)
        held = dict(zip(names, parts, strict=False)) | {"truth": truth}
        mx.save_safetensors(str(folder / "model.safetensors"), held)
        told = {"quantization": {"group_size": size, "bits": bits, "mode": mode}}
        (folder / "config.json").write_text(json.dumps(told, indent=1) + "\n")
        print(case, {name: (each.shape, str(each.dtype)) for name, each in held.items()})


if __name__ == "__main__":
    for write in (mlx,) if "--mlx" in sys.argv else (gptq, bitsandbytes, compressed, mxfp4, awq):
        write()
