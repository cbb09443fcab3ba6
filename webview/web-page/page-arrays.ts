/** Parameters of the decoder are arrays of the page with this before their names. */
export const PARAMETER = 'parameter:';
