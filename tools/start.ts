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
//   --port N   the address to serve at (default: GATEWAY_PORT, the one of last time, 3000, or any
//              free one)
// Its database, sign-in and storage are its own: settings that name others are told and not used.

const root = findRepositoryRoot();
const portAt = process.argv.indexOf('--port');
const port = portAt < 0 ? undefined : Number(process.argv[portAt + 1]);
if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
  process.stderr.write('--port needs a number from 1 to 65535.\n');
  process.exit(2);
}
await buildApps();
try {
  const { LAB_DATA } = loadEnvOf(['LAB_DATA']);
  const lab = await startLabProcesses({
    workers: usualWorkers(),
    dataFolder: resolve(root, LAB_DATA),
    ports: { gateway: port ?? readPort() },
    onStep: (step) => process.stdout.write(`  ${step}\n`),
  });
  const people = lab.people.map(
    ({ username, password, name, roles }) =>
      `    ${username.padEnd(10)} ${password.padEnd(20)} ${name.padEnd(20)} ${roles.join(', ')}`,
  );
  process.stdout.write(
    `\n  The lab answers at ${lab.url}   (API: ${lab.url}/api/docs)\n\n  Demo people:\n${people.join('\n')}\n\n  Ctrl-C ends it; nothing is lost.\n`,
  );
  // Its own port is used, as --port is.
  const unused = lab.unused.filter((name) => name !== 'GATEWAY_PORT');
  if (unused.length > 0)
    process.stdout.write(
      `\n  Not used: ${unused.join(', ')}. npm start brings its own database, sign-in and storage.\n  A lab on your servers is started otherwise: docs/guides/en/operator.md, Install.\n`,
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

/** GATEWAY_PORT where it is set; 0 asks for a free one, as it does for a gateway alone. */
function readPort(): number | undefined {
  if (!process.env['GATEWAY_PORT']) return undefined;
  const { GATEWAY_PORT } = loadEnvOf(['GATEWAY_PORT']);
  return GATEWAY_PORT === 0 ? undefined : GATEWAY_PORT;
}
