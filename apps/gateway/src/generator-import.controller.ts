import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '@scapis/contracts';
import type { Actor } from '@scapis/domain';
import type { Lab } from '@scapis/lab';
import { TheLab } from './lab.token.ts';
import { By, Input, Route } from './route.ts';

/** Generators that were trained elsewhere inside the lab: declared, checked, shown. */
@Controller()
export class GeneratorImportController {
  constructor(@TheLab() private readonly lab: Lab) {}

  @Route('generatorImports.list')
  list(
    @By() actor: Actor,
    @Input() { query }: RouteInput<'generatorImports.list'>,
  ): Promise<RouteOutput<'generatorImports.list'>> {
    return this.lab.generatorImports.list(actor, query);
  }

  @Route('generatorImports.create')
  create(
    @By() actor: Actor,
    @Input() { body }: RouteInput<'generatorImports.create'>,
  ): Promise<RouteOutput<'generatorImports.create'>> {
    return this.lab.generatorImports.declare(actor, body);
  }

  @Route('generatorImports.get')
  get(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'generatorImports.get'>,
  ): Promise<RouteOutput<'generatorImports.get'>> {
    return this.lab.generatorImports.get(actor, params.id);
  }
}
