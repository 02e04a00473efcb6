/**
 * Where the graphs of training and synthesis run: one row per execution provider of ONNX Runtime,
 * with what a person does when it cannot be used. Only the CPU promises the same bytes for the same
 * seed; a GPU orders its sums as it pleases.
 */
export const computeProviders = {
  cpu: { help: 'It is part of every installation.' },
  cuda: {
    help:
      "Needs an NVIDIA driver, ONNX Runtime's CUDA libraries of the same version (ONNXRUNTIME_NODE_INSTALL=cuda12 at npm ci fetches them), " +
      'and the CUDA and cuDNN that these were built for, found by LD_LIBRARY_PATH.',
  },
  webgpu: {
    help: 'Needs a Vulkan driver and its loader: Debian packages libvulkan1 and the driver of the card (mesa-vulkan-drivers, or NVIDIA).',
  },
} as const satisfies Record<string, { help: string }>;
export type ComputeProvider = keyof typeof computeProviders;
export const computeProviderNames = Object.keys(computeProviders) as [
  ComputeProvider,
  ...ComputeProvider[],
];
