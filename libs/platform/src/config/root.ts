import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder of the repository: the first one upwards from `start` whose package.json is named
 * `scapis-lab`. Searched for, not counted in
 * `..`, since the gateway is bundled and its files then lie elsewhere than their sources.
 * @throws Error when there is none: the lab runs from its checkout or from an image that keeps the
 * root package.json, prisma/ and docker/.
 */
export function findRepositoryRoot(start: string = import.meta.dirname): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      const parsed: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
      if (
        typeof parsed === 'object' &&
        parsed !== null &&
        'name' in parsed &&
        parsed.name === 'scapis-lab'
      )
        return folder;
    }
    if (dirname(folder) === folder)
      throw new Error(
        `No scapis-lab package.json above ${start}: run the lab from its own folder.`,
      );
  }
}
