import { startEmbeddedLab } from './embedded-lab.ts';

// As a program: starts the lab of the folder given, says so, and stays until it is killed.
const [, , dataFolder = ''] = process.argv;
const lab = await startEmbeddedLab({ dataFolder });
process.stdout.write(`${JSON.stringify(lab.settings)}\n`);
setInterval(() => undefined, 1_000);
