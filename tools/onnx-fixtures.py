"""Makes the ONNX generators that libs/gan tests the import with, as PyTorch and MONAI export them, and what PyTorch itself draws.

    pip install torch onnx onnxscript monai
    python3 tools/onnx-fixtures.py

Untrained weights from a fixed seed: no image of anybody went in. Nothing else in this repository needs Python.
"""
import json
import pathlib

import monai
import onnx
import torch

folder = pathlib.Path(__file__).parent.parent / "libs/gan/src/import/__fixtures__"
latent, labels = 8, 9


class Conditional(torch.nn.Module):
    """A DCGAN-like network for 64 x 64 with batch norm, as people write it in PyTorch."""

    def __init__(self):
        super().__init__()
        self.first = torch.nn.Linear(latent + labels, 4 * 16)
        self.rest = torch.nn.Sequential(
            torch.nn.LeakyReLU(0.2), torch.nn.Unflatten(1, (4, 4, 4)),
            torch.nn.Upsample(scale_factor=2), torch.nn.Conv2d(4, 4, 3, padding=1), torch.nn.BatchNorm2d(4), torch.nn.LeakyReLU(0.2),
            torch.nn.ConvTranspose2d(4, 4, 4, 2, 1), torch.nn.ReLU(), torch.nn.ConvTranspose2d(4, 2, 4, 2, 1), torch.nn.ReLU(),
            torch.nn.ConvTranspose2d(2, 2, 4, 2, 1), torch.nn.ReLU(), torch.nn.Conv2d(2, 1, 3, padding=1), torch.nn.Tanh(),
        )

    def forward(self, z, label):
        return self.rest(self.first(torch.cat([z, label], 1)))


torch.manual_seed(1)
conditional = Conditional().eval()
unconditional = torch.nn.Sequential(
    monai.networks.nets.Generator(latent_shape=(latent,), start_shape=(4, 4, 4), channels=[4, 2, 2, 2, 1], strides=[2, 2, 2, 2, 1]), torch.nn.Sigmoid(),
).eval()
z, label = torch.randn(2, latent), torch.nn.functional.one_hot(torch.tensor([1, 3]), labels).float()

# PyTorch's present exporter for the one, the one before it for the other: both are in use.
batch = torch.export.Dim("batch")
torch.onnx.export(
    conditional, (z, label), folder / "pytorch.onnx", input_names=["z", "label"], output_names=["images"], dynamo=True, external_data=False,
    dynamic_shapes={"z": {0: batch}, "label": {0: batch}},
)
torch.onnx.export(
    unconditional, (z,), folder / "monai.onnx", input_names=["z"], output_names=["images"], dynamo=False,
    dynamic_axes={"z": {0: "batch"}, "images": {0: "batch"}},
)

for name, declared in {"pytorch": {}, "monai": {"scapis.range": "0,1"}}.items():
    model = onnx.load(folder / f"{name}.onnx")
    # The exporter notes where each operation stood in the source, with paths of the machine.
    for node in model.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    onnx.helper.set_model_props(model, declared)
    onnx.save(model, folder / f"{name}.onnx")

with torch.no_grad():
    drawn = {"pytorch": conditional(z, label), "monai": unconditional(z)}
answer = {
    "torch": torch.__version__, "monai": monai.__version__, "z": z.tolist(), "label": label.tolist(),
    "everyPixel": 37,
    "images": {name: [[round(value, 6) for value in image.flatten().tolist()[::37]] for image in images] for name, images in drawn.items()},
}
(folder / "expected.json").write_text(json.dumps(answer) + "\n")
