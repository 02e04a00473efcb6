import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '@scapis/contracts';
import type { Actor } from '@scapis/domain';
import type { Lab } from '@scapis/lab';
import { TheLab } from './lab.token.ts';
import { By, Input, Route } from './route.ts';

/** Datasets: the catalogue, and the intake of real images. */
@Controller()
export class DatasetController {
  constructor(@TheLab() private readonly lab: Lab) {}

  @Route('datasets.list')
  list(
    @By() actor: Actor,
    @Input() { query }: RouteInput<'datasets.list'>,
  ): Promise<RouteOutput<'datasets.list'>> {
    return this.lab.datasets.list(actor, query);
  }

  @Route('datasets.create')
  create(
    @By() actor: Actor,
    @Input() { body }: RouteInput<'datasets.create'>,
  ): Promise<RouteOutput<'datasets.create'>> {
    return this.lab.datasets.create(actor, body);
  }

  @Route('datasets.get')
  get(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'datasets.get'>,
  ): Promise<RouteOutput<'datasets.get'>> {
    return this.lab.datasets.get(actor, params.id);
  }

  @Route('datasets.setThresholds')
  setThresholds(
    @By() actor: Actor,
    @Input() { params, body }: RouteInput<'datasets.setThresholds'>,
  ): Promise<RouteOutput<'datasets.setThresholds'>> {
    return this.lab.datasets.setThresholds(actor, params.id, body);
  }

  @Route('datasetVersions.create')
  createVersion(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'datasetVersions.create'>,
  ): Promise<RouteOutput<'datasetVersions.create'>> {
    return this.lab.datasets.createVersion(actor, params.id);
  }

  @Route('datasetVersions.get')
  getVersion(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'datasetVersions.get'>,
  ): Promise<RouteOutput<'datasetVersions.get'>> {
    return this.lab.datasets.getVersion(actor, params.id);
  }

  @Route('datasetVersions.files')
  files(
    @By() actor: Actor,
    @Input() { params, query }: RouteInput<'datasetVersions.files'>,
  ): Promise<RouteOutput<'datasetVersions.files'>> {
    return this.lab.datasets.files(actor, params.id, query);
  }

  @Route('datasetVersions.approve')
  approve(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'datasetVersions.approve'>,
  ): Promise<RouteOutput<'datasetVersions.approve'>> {
    return this.lab.datasets.approve(actor, params.id);
  }

  @Route('datasetVersions.reject')
  reject(
    @By() actor: Actor,
    @Input() { params, body }: RouteInput<'datasetVersions.reject'>,
  ): Promise<RouteOutput<'datasetVersions.reject'>> {
    return this.lab.datasets.reject(actor, params.id, body.reason);
  }
}
