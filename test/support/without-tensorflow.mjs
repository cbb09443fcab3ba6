/** Set where tests are to find no TensorFlow in the person's cache. */
export const WITHOUT_TENSORFLOW = 'VAE_TEST_WITHOUT_TENSORFLOW';
