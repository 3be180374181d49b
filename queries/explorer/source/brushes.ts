/** How discs and lines are drawn: fine with a graphics card, plain without one. */

import { createNodeBorderProgram } from "@sigma/node-border";
import { EdgeLineProgram, EdgeRectangleProgram, NodePointProgram } from "sigma/rendering";

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/**
 * Whether a graphics card draws WebGL. Without one (a virtual machine, a remote desktop),
 * fine discs and thick lines need ten times as long as plain ones.
 * `page.html#fine` requests the fine ones in any case, for a picture to save.
 */
export function drawsFinely(): boolean {
  if (location.hash === "#fine") return true;
  const gl = document.createElement("canvas").getContext("webgl");
  if (gl === null) return false;
  const named = gl.getExtension("WEBGL_debug_renderer_info");
  const renderer = String(gl.getParameter(named?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return !SOFTWARE.test(renderer);
}

export function brushes(fine: boolean) {
  return fine
    ? { nodeProgramClasses: { disc: outlinedDisc() }, edgeProgramClasses: { line: EdgeRectangleProgram } }
    : { nodeProgramClasses: { disc: NodePointProgram }, edgeProgramClasses: { line: EdgeLineProgram } };
}

function outlinedDisc() {
  return createNodeBorderProgram({
    borders: [
      { size: { value: 0.1 }, color: { attribute: "outline" } },
      { size: { value: 0.26 }, color: { attribute: "ring" } },
      { size: { fill: true }, color: { attribute: "color" } },
    ],
  });
}
