/**
 * What a program that a spec starts takes over of the spec's environment: nothing of the lab's
 * settings, only where compiled modules lie.
 */
export const bareEnvironment = {
  PATH: '',
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
};
