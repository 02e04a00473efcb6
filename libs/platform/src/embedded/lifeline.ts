// Loaded before the gateway's or worker's own program when `startLabProcesses` starts it: its standard input is a pipe from that parent, and ends with it
// by whatever death. Without this a killed parent would leave both running and holding their ports.
process.stdin.on('close', () => process.kill(process.pid, 'SIGTERM')).resume();
