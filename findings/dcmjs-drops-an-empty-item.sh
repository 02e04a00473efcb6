#!/usr/bin/env bash
# dcmjs drops an empty item of a sequence.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >init.log
npm install --silent --no-audit --no-fund --save-exact dcmjs@0.52.2 >install.log
cp "$here/part10.mjs" .

cat >finding.mjs <<'SCRIPT'
import dcmjs from 'dcmjs';
import { element, file, item, report, uid } from './part10.mjs';
dcmjs.log.setLevel('silent');

// Referenced Image Sequence of three items; the one in the middle is empty.
const { dict } = dcmjs.data.DicomMessage.readFile(
  file(
    element(
      0x0008,
      0x1140,
      'SQ',
      Buffer.concat([
        item(element(0x0008, 0x1155, 'UI', uid('2.25.11'))),
        item(),
        item(element(0x0008, 0x1155, 'UI', uid('2.25.13'))),
      ]),
    ),
  ),
);
const items = dict['00081140'].Value;
report({
  library: 'dcmjs',
  behaviour: 'an empty item of a sequence is gone after reading, and later items move up',
  expected: '3 items: 2.25.11, empty, 2.25.13 (PS3.5, 7.5.1: an item without elements has the length 0)',
  seen: `${items.length} items: ${items.map((each) => each['00081155']?.Value?.[0] ?? 'empty').join(', ')}`,
  isAsFound: items.length === 2,
});
SCRIPT
node finding.mjs
