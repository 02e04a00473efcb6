/** What specs of other libraries check with: `@scapis/numerics/testing`. */
export { checkGradients } from './check-gradients.fixture.ts';
export { opCases } from './op-cases.fixture.ts';
