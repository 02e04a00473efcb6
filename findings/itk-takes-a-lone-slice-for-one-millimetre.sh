#!/usr/bin/env bash
# ITK takes a single CT slice of 3 mm for 1 mm, unless it has Spacing Between Slices (0018,0088).
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

write_slice("thickness.dcm")
write_slice("spacing.dcm", spacing_between_slices=3)
seen = [SimpleITK.ReadImage(name).GetSpacing()[2] for name in ("thickness.dcm", "spacing.dcm")]
report(
    library=f"SimpleITK {SimpleITK.Version.VersionString()} (ITK)",
    behaviour="a slice with Slice Thickness 3 has spacing 1 along its normal; with Spacing Between Slices 3 as well it has 3",
    expected="3 in both: Slice Thickness (0018,0050) is the extent across its plane that a CT image carries (PS3.3, C.7.6.2.1); (0018,0088) is no attribute of the CT image",
    seen=seen,
    is_as_found=seen == [1.0, 3.0],
)
SCRIPT
python/bin/python finding.py
