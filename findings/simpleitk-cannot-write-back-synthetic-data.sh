#!/usr/bin/env bash
# SimpleITK reads a file with Synthetic Data (0008,001C), and cannot write the image as DICOM again.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check SimpleITK==2.5.7 pydicom==3.0.1 numpy==2.4.6
cp "$here/ct_slice.py" .

cat >finding.py <<'SCRIPT'
import SimpleITK
from ct_slice import report, write_slice

def written(name):
    image = SimpleITK.ReadImage(name)
    try:
        SimpleITK.WriteImage(image, "back.dcm")
        return "written"
    except RuntimeError:
        return "RuntimeError"

write_slice("plain.dcm")
write_slice("synthetic.dcm", synthetic="YES")
seen = f"without the attribute: {written('plain.dcm')}; with it: {written('synthetic.dcm')}"
report(
    library=f"SimpleITK {SimpleITK.Version.VersionString()}",
    behaviour="an image that was read from a file with Synthetic Data (0008,001C) is not written as DICOM",
    expected="written, with the attribute or without it (PS3.3, C.12.1.1: Synthetic Data is part of the SOP Common module)",
    seen=seen,
    is_as_found=seen == "without the attribute: written; with it: RuntimeError",
)
SCRIPT
python/bin/python finding.py
