#!/usr/bin/env bash
# dcmjs ends an item of undefined length where a value holds the delimiter's bytes.
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

// An item of undefined length. Its first element, a palette of twelve bytes, holds the bytes of an
// item delimiter; a second element follows.
const delimiter = Buffer.from([0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0]);
const values = Buffer.concat([Buffer.from([1, 0]), delimiter, Buffer.from([2, 0])]);
const opened = item();
opened.writeUInt32LE(0xffffffff, 4);
const { dict } = dcmjs.data.DicomMessage.readFile(
  file(
    element(
      0x0048,
      0x0105,
      'SQ',
      Buffer.concat([
        opened,
        element(0x0028, 0x1201, 'OW', values),
        element(0x0028, 0x1221, 'OW', Buffer.from([3, 0])),
        delimiter,
      ]),
    ),
    element(0x0088, 0x0140, 'UI', uid('2.25.88')),
  ),
  { ignoreErrors: true },
);
const tags = Object.keys(dict['00480105'].Value[0]);
report({
  library: 'dcmjs',
  behaviour: 'an item ends within a value that holds the bytes of its delimiter',
  expected: '2 elements in the item, 00281201 and 00281221 (PS3.5, 7.1.1: a value is as long as its length says)',
  seen: `${tags.length} in the item: ${tags.join(', ')}`,
  isAsFound: tags.length === 1,
});
SCRIPT
node finding.mjs
