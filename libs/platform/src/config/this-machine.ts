/** Names of hosts whose packets never leave this machine, as `URL.hostname` writes them. */
export function isThisMachine(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
