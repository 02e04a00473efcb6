import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '@scapis/contracts';
import type { Actor } from '@scapis/domain';
import type { Lab } from '@scapis/lab';
import { TheLab } from './lab.token.ts';
import { By, Input, Route } from './route.ts';

/** Synthetic cohorts: drawn, gated, reviewed, withdrawn. */
@Controller()
export class CohortController {
  constructor(@TheLab() private readonly lab: Lab) {}

  @Route('cohorts.list')
  list(
    @By() actor: Actor,
    @Input() { query }: RouteInput<'cohorts.list'>,
  ): Promise<RouteOutput<'cohorts.list'>> {
    return this.lab.cohorts.list(actor, query);
  }

  @Route('cohorts.create')
  create(
    @By() actor: Actor,
    @Input() { body }: RouteInput<'cohorts.create'>,
  ): Promise<RouteOutput<'cohorts.create'>> {
    return this.lab.cohorts.request(actor, body);
  }

  @Route('cohorts.get')
  get(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'cohorts.get'>,
  ): Promise<RouteOutput<'cohorts.get'>> {
    return this.lab.cohorts.get(actor, params.id);
  }

  @Route('cohorts.runGate')
  runGate(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'cohorts.runGate'>,
  ): Promise<RouteOutput<'cohorts.runGate'>> {
    return this.lab.gate.request(actor, params.id);
  }

  @Route('cohorts.override')
  override(
    @By() actor: Actor,
    @Input() { params, body }: RouteInput<'cohorts.override'>,
  ): Promise<RouteOutput<'cohorts.override'>> {
    return this.lab.release.override(actor, params.id, body);
  }

  @Route('cohorts.submit')
  submit(
    @By() actor: Actor,
    @Input() { params, body }: RouteInput<'cohorts.submit'>,
  ): Promise<RouteOutput<'cohorts.submit'>> {
    return this.lab.release.submit(actor, params.id, body.noUseReason);
  }

  @Route('cohorts.vote')
  vote(
    @By() actor: Actor,
    @Input() { params, body }: RouteInput<'cohorts.vote'>,
  ): Promise<RouteOutput<'cohorts.vote'>> {
    return this.lab.release.vote(actor, params.id, body.decision, body.comment);
  }

  @Route('cohorts.withdraw')
  withdraw(
    @By() actor: Actor,
    @Input() { params, body }: RouteInput<'cohorts.withdraw'>,
  ): Promise<RouteOutput<'cohorts.withdraw'>> {
    return this.lab.release.withdraw(actor, params.id, body.reason);
  }

  @Route('cohorts.access')
  access(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'cohorts.access'>,
  ): Promise<RouteOutput<'cohorts.access'>> {
    return this.lab.release.access(actor, params.id);
  }

  @Route('cohorts.confirmDownload')
  confirmDownload(
    @By() actor: Actor,
    @Input() { params, body }: RouteInput<'cohorts.confirmDownload'>,
  ): Promise<RouteOutput<'cohorts.confirmDownload'>> {
    return this.lab.downloads.confirm(actor, params.id, body.sha256);
  }

  @Route('receipts.list')
  receipts(
    @By() actor: Actor,
    @Input() { query }: RouteInput<'receipts.list'>,
  ): Promise<RouteOutput<'receipts.list'>> {
    return this.lab.downloads.listReceipts(actor, query);
  }

  @Route('receipts.key')
  receiptKey(): RouteOutput<'receipts.key'> {
    return { algorithm: 'Ed25519', publicKey: this.lab.downloads.publicKey() };
  }
}
