import { resizeCanvas } from './layer';
import type { PointLayer } from './layer';
import { SHAPE_SHADER, MIN_SHAPE_PIXELS } from './shapes';
import type { Size, Viewport } from './viewport';

const VERTEX = `#version 300 es
in vec2 position;
in vec4 style;
uniform vec2 centre;
uniform vec2 scale;
uniform float diameter;
flat out vec3 colour;
flat out int shape;
void main() {
  int code = int(style.a * 255.0 + 0.5);
  colour = style.rgb;
  shape = code;
  gl_PointSize = diameter;
  // A hidden point lies outside of everything.
  gl_Position = code == 255 ? vec4(2.0, 2.0, 2.0, 1.0) : vec4((position - centre) * scale, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
flat in vec3 colour;
flat in int shape;
uniform float diameter;
out vec4 result;
${SHAPE_SHADER}
void main() {
  if (diameter >= ${MIN_SHAPE_PIXELS.toFixed(1)} && !inShape(shape, gl_PointCoord * 2.0 - 1.0)) discard;
  result = vec4(colour, 1.0);
}`;

/** Draws all points in one WebGL call. */
export class WebglLayer implements PointLayer {
  readonly kind = 'webgl';
  private count = 0;
  private disposed = false;

  private constructor(
    readonly canvas: HTMLCanvasElement,
    private readonly gl: WebGL2RenderingContext,
    private readonly program: WebGLProgram,
    private readonly buffers: { readonly position: WebGLBuffer; readonly style: WebGLBuffer },
  ) {}

  /**
   * Returns null if WebGL 2 is unavailable or emulated in software, or if the shaders fail. `lost` is called when the
   * context is lost.
   */
  static create(lost: () => void): WebglLayer | null {
    const canvas = document.createElement('canvas');
    const gl = canvas.getContext('webgl2', { antialias: false, alpha: true, depth: false });
    if (gl === null || isSoftware(gl)) return null;
    const program = link(gl);
    if (program === null) return null;
    gl.useProgram(program);
    const buffers = { position: gl.createBuffer(), style: gl.createBuffer() };
    const attribute = (name: string, size: number, type: number, normalized: boolean): void => {
      const place = gl.getAttribLocation(program, name);
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, size, type, normalized, 0, 0);
    };
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.position);
    attribute('position', 2, gl.FLOAT, false);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.style);
    attribute('style', 4, gl.UNSIGNED_BYTE, true);
    const layer = new WebglLayer(canvas, gl, program, buffers);
    canvas.addEventListener('webglcontextlost', () => {
      if (!layer.disposed) lost();
    });
    return layer;
  }

  setPoints(x: Float32Array, y: Float32Array): void {
    const { gl, buffers } = this;
    const pairs = new Float32Array(2 * x.length);
    for (let i = 0; i < x.length; i++) {
      pairs[2 * i] = x[i]!;
      pairs[2 * i + 1] = y[i]!;
    }
    this.count = x.length;
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.position);
    gl.bufferData(gl.ARRAY_BUFFER, pairs, gl.STATIC_DRAW);
  }

  setStyles(styles: Uint8Array): void {
    const { gl, buffers } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.style);
    gl.bufferData(gl.ARRAY_BUFFER, styles, gl.DYNAMIC_DRAW);
  }

  draw(view: Viewport, size: Size, ratio: number, diameter: number): void {
    const { gl, program, canvas } = this;
    resizeCanvas(canvas, size, ratio);
    const place = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(program, name);
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform2f(place('centre'), view.x, view.y);
    gl.uniform2f(place('scale'), (2 * view.scale) / size.width, (2 * view.scale) / size.height);
    gl.uniform1f(place('diameter'), Math.max(1, diameter * ratio));
    gl.drawArrays(gl.POINTS, 0, this.count);
  }

  dispose(): void {
    this.disposed = true;
    this.gl.getExtension('WEBGL_lose_context')?.loseContext();
    this.canvas.remove();
  }
}

/** Software WebGL is several times slower than `CanvasLayer` (bench/map.mjs). */
function isSoftware(gl: WebGL2RenderingContext): boolean {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER);
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(String(name));
}

function link(gl: WebGL2RenderingContext): WebGLProgram | null {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind);
    if (shader === null) return null;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return gl.getProgramParameter(program, gl.LINK_STATUS) === true ? program : null;
}
