/** How discs and lines are drawn: finely by a graphics card, plainly without one. */

import { createNodeBorderProgram } from "@sigma/node-border";
import { EdgeLineProgram, EdgeRectangleProgram, NodePointProgram } from "sigma/rendering";

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/**
 * Whether WebGL is drawn by a graphics card. Without one (a virtual machine, a remote
 * desktop) fine discs and thick lines take ten times as long as plain ones.
 * `page.html#fine` asks for the fine ones all the same, for a picture that is to be kept.
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
