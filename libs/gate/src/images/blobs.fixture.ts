import { ageBands, calciumGrades, sexes, type ImageLabels } from '@scapis/contracts';
import { RandomStream, type ImageSet } from '@scapis/gan';

/**
 * Pictures for the tests: a few soft blobs per person in the person's own places, as many bright
 * dots as the grade says, and noise.
 */
export function blobImages(options: {
  seed: number;
  people: number;
  imagesPerPerson?: number;
  size?: number;
}): ImageSet {
  const { seed, people, imagesPerPerson = 1, size = 32 } = options;
  const count = people * imagesPerPerson;
  const pixels = new Float32Array(count * size * size);
  const labels: ImageLabels[] = [];
  const subjects: string[] = [];
  for (let image = 0; image < count; image += 1) {
    const person = Math.floor(image / imagesPerPerson);
    const anatomy = new RandomStream(seed, 'gate', person);
    const scan = new RandomStream(seed, 'gate', 1_000_000 + image);
    const grade = person % calciumGrades.length;
    const blobs = Array.from({ length: 24 }, () => ({
      x: size * anatomy.uniform(0.1, 0.9) + scan.uniform(-0.5, 0.5),
      y: size * anatomy.uniform(0.1, 0.9) + scan.uniform(-0.5, 0.5),
      radius: size * anatomy.uniform(0.04, 0.1),
      height: anatomy.uniform(-1, 1),
    }));
    const dots = Array.from({ length: 2 * grade }, () => ({
      x: size * scan.uniform(0.4, 0.6),
      y: size * scan.uniform(0.4, 0.6),
      radius: 0.03 * size,
      height: 0.7,
    }));
    const noise = scan.normals(size * size);
    for (let y = 0; y < size; y += 1) {
      for (let x = 0; x < size; x += 1) {
        let value = 0.03 * (noise[y * size + x] ?? 0) - 0.2;
        for (const blob of [...blobs, ...dots])
          value +=
            blob.height *
            Math.exp(-((x - blob.x) ** 2 + (y - blob.y) ** 2) / (2 * blob.radius ** 2));
        pixels[(image * size + y) * size + x] = Math.min(Math.max(value, -1), 1);
      }
    }
    labels.push({
      calciumGrade: calciumGrades[grade] ?? 'none',
      sex: sexes[person % 2] ?? 'female',
      ageBand: ageBands[person % 3] ?? '50-54',
    });
    subjects.push(`${seed}-${person}`);
  }
  return { size, count, pixels, labels, subjects };
}
