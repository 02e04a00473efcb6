#!/usr/bin/env bash
# dcmjs reads a binary number without a value as the number 0.
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
import { element, file, report } from './part10.mjs';
dcmjs.log.setLevel('silent');

// Entrance Dose (US, type 3) without a value.
const { dict } = dcmjs.data.DicomMessage.readFile(
  file(element(0x0040, 0x0302, 'US', Buffer.alloc(0))),
);
const seen = JSON.stringify(dict['00400302'].Value);
report({
  library: 'dcmjs',
  behaviour: 'a number without a value becomes the number 0',
  expected: 'no value, [] (PS3.5, 7.4.5: a type 3 element of length zero has no value, as if it were absent)',
  seen,
  isAsFound: seen === '[0]',
});
SCRIPT
node finding.mjs
