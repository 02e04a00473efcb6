import { Inject } from '@nestjs/common';

const LAB = Symbol('lab');
const GATEWAY = Symbol('gateway');
export const tokens = { LAB, GATEWAY };

/** The lab's use cases: all that a controller calls. */
export const TheLab = (): ParameterDecorator => Inject(LAB);
/** What only the HTTP process has: identity, readiness, the session's end. */
export const TheGateway = (): ParameterDecorator => Inject(GATEWAY);
