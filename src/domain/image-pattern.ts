/** Extensions of the files that the image codecs read. */
export const IMAGE_PATTERN = /\.(a?png|jpe?g|jpe|jfif|webp|gif|bmp|dib|tiff?|p[bgpn]m|pam|qoi|avif|jxl)$/i;
