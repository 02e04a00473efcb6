import { setBytes, setSequence, setText, type DicomDataset } from '@scapis/imaging';
import { fictiveIdentity } from '../subject/identity.ts';
import type { PhantomSubject } from '../subject/subject.ts';

type IdentifierKind =
  'name' | 'personnummer' | 'date' | 'phone' | 'address' | 'institution' | 'number' | 'uid';

/**
 * One value that must be gone after de-identification. The path is tags from the top, items of a
 * sequence by number: 00400275[0].00400007.
 */
export interface PlantedIdentifier {
  kind: IdentifierKind;
  path: string;
  value: string;
}

/**
 * Not a UID of anything: 2.25 of a number that spells nothing. Given where a reference to another
 * object would stand.
 */
const otherStudyUid = '2.25.178312954203947710284415560922713380017';

/**
 * Puts the person's identity where hospitals leave it besides the patient module: free text, nested
 * sequences, private elements, UN bytes.
 *
 * @returns the answer key of what was put in.
 */
export function plantIdentifiers(
  dataset: DicomDataset,
  subject: PhantomSubject,
): PlantedIdentifier[] {
  const identity = fictiveIdentity(subject);
  const [family = '', given = ''] = identity.name.split('^');
  const spokenName = `${given} ${family}`;

  setText(dataset, '00081048', 'PN', identity.physician);
  setText(dataset, '00101000', 'LO', `OLD-${identity.personnummer}`);
  setText(dataset, '00101040', 'LO', identity.address);
  setText(dataset, '00102154', 'SH', identity.phone);
  setText(
    dataset,
    '00104000',
    'LT',
    `Ring ${spokenName} på ${identity.phone} om svaret, född ${dashed(identity.birthDate)}.`,
  );
  setText(
    dataset,
    '00204000',
    'LT',
    `PHANTOM, no patient. ${spokenName}, ${identity.personnummer}`,
  );

  const staff: DicomDataset = new Map();
  setText(staff, '0040A123', 'PN', identity.physician);
  const step: DicomDataset = new Map();
  setText(step, '00400007', 'LO', `Hjärta ${spokenName}`);
  setText(step, '00400009', 'SH', identity.accessionNumber);
  setSequence(step, '0040A073', [staff]);
  setSequence(dataset, '00400275', [step]);

  const reference: DicomDataset = new Map();
  setText(reference, '00081150', 'UI', '1.2.840.10008.3.1.2.3.1');
  setText(reference, '00081155', 'UI', otherStudyUid);
  setSequence(dataset, '00081110', [reference]);

  setText(dataset, '00290010', 'LO', 'PHANTOM WORKS 1.0');
  setText(dataset, '00291001', 'LO', identity.personnummer);
  setBytes(
    dataset,
    '00291002',
    'UN',
    new TextEncoder().encode(`${spokenName};${identity.address}`),
  );

  return [
    { kind: 'name', path: '00081048', value: identity.physician },
    { kind: 'personnummer', path: '00101000', value: identity.personnummer },
    { kind: 'address', path: '00101040', value: identity.address },
    { kind: 'phone', path: '00102154', value: identity.phone },
    { kind: 'name', path: '00104000', value: spokenName },
    { kind: 'phone', path: '00104000', value: identity.phone },
    { kind: 'date', path: '00104000', value: dashed(identity.birthDate) },
    { kind: 'name', path: '00204000', value: spokenName },
    { kind: 'personnummer', path: '00204000', value: identity.personnummer },
    { kind: 'name', path: '00400275[0].00400007', value: spokenName },
    { kind: 'number', path: '00400275[0].00400009', value: identity.accessionNumber },
    { kind: 'name', path: '00400275[0].0040A073[0].0040A123', value: identity.physician },
    { kind: 'uid', path: '00081110[0].00081155', value: otherStudyUid },
    { kind: 'personnummer', path: '00291001', value: identity.personnummer },
    { kind: 'name', path: '00291002', value: spokenName },
    { kind: 'address', path: '00291002', value: identity.address },
  ];
}

function dashed(date: string): string {
  return `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
}
