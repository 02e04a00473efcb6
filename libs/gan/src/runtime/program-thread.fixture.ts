import { input, matmul, type Tensor } from '@scapis/numerics';
import { ProgramThread } from './program-thread.ts';
import { Barrier, sharedArray } from './staged-programs.ts';

// A program that exits with code 7 while its compute thread is in the midst of a long product.
const size = 512;
const x = input('x', [size, size]);
const product = Array.from({ length: 60 }).reduce<Tensor>((power) => matmul(power, x), x);
const thread = new ProgramThread();
const program = await thread.compile({ product }, { threads: 1 });
const list = await thread.prepare([
  [
    {
      program,
      feeds: { x: sharedArray(size * size) },
      into: { product: sharedArray(size * size) },
    },
  ],
]);
await thread.take(list, new Barrier(1));
void thread.take(list, new Barrier(1));
setTimeout(() => process.exit(7), 60);
