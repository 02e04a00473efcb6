import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '@scapis/contracts';
import type { Actor } from '@scapis/domain';
import type { Lab } from '@scapis/lab';
import { TheLab } from './lab.token.ts';
import { By, Input, Route } from './route.ts';

/** Training runs and ensembles of them: asked for, watched, stopped. */
@Controller()
export class TrainingController {
  constructor(@TheLab() private readonly lab: Lab) {}

  @Route('trainingRuns.list')
  list(
    @By() actor: Actor,
    @Input() { query }: RouteInput<'trainingRuns.list'>,
  ): Promise<RouteOutput<'trainingRuns.list'>> {
    return this.lab.training.list(actor, query);
  }

  @Route('trainingRuns.create')
  create(
    @By() actor: Actor,
    @Input() { body }: RouteInput<'trainingRuns.create'>,
  ): Promise<RouteOutput<'trainingRuns.create'>> {
    return this.lab.training.request(actor, body);
  }

  @Route('trainingRuns.estimate')
  estimate(
    @By() actor: Actor,
    @Input() { body }: RouteInput<'trainingRuns.estimate'>,
  ): Promise<RouteOutput<'trainingRuns.estimate'>> {
    return this.lab.training.estimate(actor, body);
  }

  @Route('trainingRuns.privacyCost')
  privacyCost(
    @By() actor: Actor,
    @Input() { body }: RouteInput<'trainingRuns.privacyCost'>,
  ): Promise<RouteOutput<'trainingRuns.privacyCost'>> {
    return this.lab.training.privacyCost(actor, body);
  }

  @Route('trainingRuns.get')
  get(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'trainingRuns.get'>,
  ): Promise<RouteOutput<'trainingRuns.get'>> {
    return this.lab.training.get(actor, params.id);
  }

  @Route('trainingRuns.points')
  points(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'trainingRuns.points'>,
  ): Promise<RouteOutput<'trainingRuns.points'>> {
    return this.lab.training.points(actor, params.id);
  }

  @Route('trainingRuns.cancel')
  cancel(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'trainingRuns.cancel'>,
  ): Promise<RouteOutput<'trainingRuns.cancel'>> {
    return this.lab.training.cancel(actor, params.id);
  }

  @Route('ensembles.list')
  listEnsembles(
    @By() actor: Actor,
    @Input() { query }: RouteInput<'ensembles.list'>,
  ): Promise<RouteOutput<'ensembles.list'>> {
    return this.lab.ensembles.list(actor, query);
  }

  @Route('ensembles.create')
  createEnsemble(
    @By() actor: Actor,
    @Input() { body }: RouteInput<'ensembles.create'>,
  ): Promise<RouteOutput<'ensembles.create'>> {
    return this.lab.ensembles.request(actor, body);
  }

  @Route('ensembles.get')
  getEnsemble(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'ensembles.get'>,
  ): Promise<RouteOutput<'ensembles.get'>> {
    return this.lab.ensembles.get(actor, params.id);
  }

  @Route('ensembles.cancel')
  cancelEnsemble(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'ensembles.cancel'>,
  ): Promise<RouteOutput<'ensembles.cancel'>> {
    return this.lab.ensembles.cancel(actor, params.id);
  }
}
