#!/usr/bin/env bash
# dcmjs does not use the file's character set for the text of items.
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
import { element, file, item, report, text } from './part10.mjs';
dcmjs.log.setLevel('silent');

// The file is UTF-8 (ISO_IR 192). Its item names no character set of its own.
const name = 'Åsa';
const { dict } = dcmjs.data.DicomMessage.readFile(
  file(
    element(0x0008, 0x0005, 'CS', text('ISO_IR 192')),
    element(0x0008, 0x1110, 'SQ', item(element(0x0008, 0x0104, 'LO', text(name)))),
    element(0x0010, 0x0020, 'LO', text(name)),
  ),
);
const inside = dict['00081110'].Value[0]['00080104'].Value[0];
const outside = dict['00100020'].Value[0];
report({
  library: 'dcmjs',
  behaviour: 'text of an item is read as Latin-1, whatever the character set of the file is',
  expected: `${name} in the item too (PS3.5, 7.5.3: an item without Specific Character Set inherits it)`,
  seen: `${inside} in the item, ${outside} outside`,
  isAsFound: inside !== name && outside === name,
});
SCRIPT
node finding.mjs
