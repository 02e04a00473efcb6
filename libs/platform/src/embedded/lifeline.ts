import { isMainThread } from 'node:worker_threads';

// Loaded before the gateway's or worker's own program when `startLabProcesses` starts it: its
// standard input is a pipe from that parent, and ends with it by whatever death. Without this a
// killed parent would leave both running and holding their ports. Node loads it in each of their
// threads too, whose own standard input is empty and ends at once.
if (isMainThread) process.stdin.on('close', () => process.kill(process.pid, 'SIGTERM')).resume();
