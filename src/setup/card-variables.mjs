/** Environment variables that TensorFlow, CUDA and NVIDIA's libraries read when they load, wherever TensorFlow computes on a graphics card. */
export const CARD_VARIABLES = {
  // Others use the card, too: the engine of another run, or the screen. By default TensorFlow takes nearly all of its memory at once.
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  // With 2, the library tells of factories that it registers twice, as errors.
  TF_CPP_MIN_LOG_LEVEL: '3',
  // TF32 keeps 10 bits of a product's factors: that is another arithmetic than the processor's, which a run says it was trained with.
  NVIDIA_TF32_OVERRIDE: '0',
  // Sums in an order that does not depend on which thread is first: the same configuration gives the same bytes.
  TF_DETERMINISTIC_OPS: '1',
};
