import { getText, type DicomDataset } from '@scapis/imaging';

/** What tells people of one Patient ID apart; a value of another form tells nothing. */
const facts = {
  birthDate: { tag: '00100030', form: /^\d{8}$/ },
  sex: { tag: '00100040', form: /^[FM]$/ },
  issuer: { tag: '00100021', form: /./ },
} as const;
type Fact = keyof typeof facts;

/**
 * What files say of a person beside the Patient ID, held in memory alone: hospitals number their
 * patients anew, and exports give many people one ID, so equal IDs need not be one person.
 */
export class PatientFacts {
  readonly #people = new Map<string, Record<Fact, Set<string>>>();

  add(pseudonym: string, dataset: DicomDataset): void {
    const person = this.#people.get(pseudonym) ?? {
      birthDate: new Set(),
      sex: new Set(),
      issuer: new Set(),
    };
    this.#people.set(pseudonym, person);
    for (const [fact, { tag, form }] of Object.entries(facts)) {
      const value = getText(dataset, tag).trim();
      if (form.test(value)) person[fact as Fact].add(value);
    }
  }

  /**
   * Whether an ID stands for several people. One person has several issuers, as hospitals, so these
   * count only where no birth date tells more.
   */
  isShared(pseudonym: string): boolean {
    const person = this.#people.get(pseudonym);
    if (person === undefined) return false;
    const { birthDate, sex, issuer } = person;
    return birthDate.size > 1 || sex.size > 1 || (birthDate.size === 0 && issuer.size > 1);
  }
}
