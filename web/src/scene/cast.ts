// Every machine of the landing, put where a moment has it: aeroshell, parachute, descent stage, rover, ballast, and what burns and glows.

import { Color, Group, IcosahedronGeometry, InstancedMesh, Matrix4, MeshStandardMaterial, Vector3 } from 'three';
import type { Run } from '../data/run';
import type { SceneTable } from './contents';
import { Cords } from './cords';
import { Dust } from './dust';
import { Machine } from './machine';
import type { Moment, Moments, Pose } from './moment';
import { Parachute } from './parachute';
import { Plasma } from './plasma';
import { Plumes } from './plumes';

const RIDERS = ['heat_shield', 'backshell', 'descent_stage', 'rover'];

export class Cast {
  readonly group = new Group();
  plasmaOn = true;
  dustOn = true;
  private readonly machines = new Map<string, Machine>();
  private readonly chute: Parachute | null;
  private readonly cords: Cords | null;
  private readonly plumes: Plumes | null;
  private readonly plasma: Plasma;
  private readonly dust: Dust;
  private readonly ballast = new InstancedMesh(new IcosahedronGeometry(0.22, 1), new MeshStandardMaterial({ color: 0x77726c, roughness: 0.4, metalness: 0.6 }), 8);

  static async load(run: Run, table: SceneTable, moments: Moments, upAt: (east: number, north: number) => number): Promise<Cast> {
    const cast = new Cast(table, moments, upAt);
    await Promise.all(
      Object.entries(table.models).map(async ([name, model]) => {
        const machine = await Machine.load(run, model);
        machine.group.matrixAutoUpdate = false;
        cast.machines.set(name, machine);
        cast.group.add(machine.group);
      }),
    );
    return cast;
  }

  private constructor(table: SceneTable, private readonly moments: Moments, upAt: (east: number, north: number) => number) {
    const { vehicle, sky } = table;
    this.chute = vehicle.parachute ? new Parachute(vehicle.parachute) : null;
    this.cords = vehicle.bridles ? new Cords(vehicle.bridles) : null;
    this.plumes = vehicle.engines ? new Plumes(vehicle.engines) : null;
    this.plasma = new Plasma(vehicle.diameter_m);
    const lit = sky.sun_irradiance * 0.65 * 0.32;
    this.dust = new Dust(moments, upAt, [0.93 * (lit + 0.9 * sky.glow[0]), 0.66 * (lit + 0.9 * sky.glow[1]), 0.44 * (lit + 0.9 * sky.glow[2])]);
    this.plasma.group.matrixAutoUpdate = false;
    if (this.plumes) this.plumes.group.matrixAutoUpdate = false;
    this.ballast.frustumCulled = false;
    for (const each of [this.chute?.group, this.cords?.group, this.plumes?.group, this.plasma.group, this.dust.mesh, this.ballast]) if (each) this.group.add(each);
  }

  /** `pixel` [rad]: the angle of a pixel, so that cords are seen. */
  show(moment: Moment, eye: Vector3, pixel: number): void {
    for (const name of RIDERS) this.stand(name, moment.poses.get(name));
    this.stand('parachute_support', this.moments.passed('line_stretch', moment.t) ? moment.poses.get('backshell') : undefined);
    this.machines.get('rover')?.stow(1 - moment.wheels);
    this.showChute(moment);
    this.cords?.place(moment, this.moments.passed('rover_separation', moment.t), moment.vehicle.origin, 0.45 * pixel * eye.distanceTo(moment.vehicle.origin));
    const stage = moment.poses.get('descent_stage');
    if (this.plumes) {
      this.plumes.group.visible = Boolean(stage) && moment.throttle.some((each) => each > 0.02);
      if (stage) put(this.plumes.group, stage);
      this.plumes.show(moment.throttle, moment.t);
    }
    this.showHeat(moment);
    this.dust.show(moment, eye, this.dustOn);
    this.ballast.count = moment.ballast.length;
    moment.ballast.forEach((place, n) => this.ballast.setMatrixAt(n, new Matrix4().makeTranslation(place.clone().sub(moment.vehicle.origin))));
    this.ballast.position.copy(moment.vehicle.origin);
    this.ballast.instanceMatrix.needsUpdate = true;
  }

  dispose(): void {
    for (const machine of this.machines.values()) machine.dispose();
    this.chute?.dispose();
    this.plumes?.dispose();
    this.plasma.dispose();
    this.dust.dispose();
  }

  private stand(name: string, pose: Pose | undefined): void {
    const group = this.machines.get(name)?.group;
    if (!group) return;
    group.visible = pose !== undefined;
    if (pose) put(group, pose);
  }

  private showChute(moment: Moment): void {
    if (!this.chute) return;
    this.chute.group.visible = moment.canopy !== null;
    if (moment.canopy) this.chute.place(moment.canopy.confluence, moment.canopy.crown, this.moments.passed('line_stretch', moment.t) ? moment.inflation : 0.004, moment.t);
  }

  private showHeat(moment: Moment): void {
    const shield = moment.poses.get('heat_shield');
    this.plasma.show(moment.heat, moment.t, this.plasmaOn && shield !== undefined);
    if (shield) put(this.plasma.group, shield);
    const red = this.plasma.strength(moment.heat);
    for (const material of this.machines.get('heat_shield')?.materials ?? []) {
      if (material.name === 'ablator') material.emissive = new Color(0.06 * red ** 1.5, 0.018 * red ** 2, 0.005 * red ** 2);
    }
  }
}

function put(group: Group, pose: Pose): void {
  group.matrix.copy(pose.turn).setPosition(pose.origin);
  group.matrixWorldNeedsUpdate = true;
}
