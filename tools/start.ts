import { resolve } from 'node:path';
import {
  buildApps,
  findRepositoryRoot,
  loadEnvOf,
  startLabProcesses,
  usualWorkers,
} from '@scapis/platform';

// npm start: the lab on this machine, kept in LAB_DATA (default .lab), until Ctrl-C. After npm run
// demo it is the demo's lab.
//   --port N   the address to serve at (default: the one of last time, or 3000, or any free one)

const root = findRepositoryRoot();
const portAt = process.argv.indexOf('--port');
const port = portAt < 0 ? undefined : Number(process.argv[portAt + 1]);
if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
  process.stderr.write('--port needs a number from 1 to 65535.\n');
  process.exit(2);
}
await buildApps();
const { LAB_DATA } = loadEnvOf(['LAB_DATA']);
try {
  const lab = await startLabProcesses({
    workers: usualWorkers(),
    dataFolder: resolve(root, LAB_DATA),
    ports: { gateway: port },
    onStep: (step) => process.stdout.write(`  ${step}\n`),
  });
  const people = lab.people.map(
    ({ username, password, name, roles }) =>
      `    ${username.padEnd(10)} ${password.padEnd(20)} ${name.padEnd(20)} ${roles.join(', ')}`,
  );
  process.stdout.write(
    `\n  The lab answers at ${lab.url}   (API: ${lab.url}/api/docs)\n\n  Demo people:\n${people.join('\n')}\n\n  Ctrl-C ends it; nothing is lost.\n`,
  );
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      process.stdout.write('\n  stopping\n');
      void lab.stop().finally(() => process.exit(0));
    });
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
