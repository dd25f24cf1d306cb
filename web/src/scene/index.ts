// The door of the scene: the page imports nothing else from here, and only when it wants three dimensions.

import { WebGLRenderer } from 'three';
import type { Run } from '../data/run';
import type { SceneTable } from './contents';
import { SceneMissing, WebGLMissing } from './problems';
import { LandingScene } from './stage';

export type { Box, Layer } from './stage';
export type { View } from './views';
export { LandingScene as Scene, SceneMissing, WebGLMissing };

/** The scene of a run on a canvas; rejects with WebGLMissing or SceneMissing, and the page goes on without. */
export async function createScene(canvas: HTMLCanvasElement, run: Run, options: { reducedMotion: boolean; maxPixelRatio: number }): Promise<LandingScene> {
  const table = run.info.scene as unknown as SceneTable | null | undefined;
  if (!table?.ground) throw new SceneMissing();
  let renderer: WebGLRenderer;
  try {
    renderer = new WebGLRenderer({ canvas, antialias: true, logarithmicDepthBuffer: true, powerPreference: 'high-performance' });
  } catch {
    throw new WebGLMissing();
  }
  return LandingScene.load(canvas, run, table, renderer, options);
}
