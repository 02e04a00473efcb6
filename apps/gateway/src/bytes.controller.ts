import { Controller, Req, Res } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '@scapis/contracts';
import type { Actor } from '@scapis/domain';
import type { Lab } from '@scapis/lab';
import type { Request, Response } from 'express';
import { describeFile, sendBytes, sendRange } from './answer-bytes.ts';
import { TheLab } from './lab.token.ts';
import { By, Input, Route } from './route.ts';

/**
 * Everything that is not JSON: uploads as they stream in, pictures and documents, and the released
 * bundle by byte range.
 */
@Controller()
export class BytesController {
  constructor(@TheLab() private readonly lab: Lab) {}

  @Route('applications.putEthicsDocument')
  putEthicsDocument(
    @By() actor: Actor,
    @Input() { params, query }: RouteInput<'applications.putEthicsDocument'>,
    @Req() request: Request,
  ): Promise<RouteOutput<'applications.putEthicsDocument'>> {
    return this.lab.applications.putEthicsDocument(actor, params.id, query.name, request);
  }

  @Route('applications.getEthicsDocument')
  async getEthicsDocument(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'applications.getEthicsDocument'>,
    @Res() response: Response,
  ): Promise<void> {
    await sendBytes(
      response,
      'application/pdf',
      await this.lab.applications.getEthicsDocument(actor, params.id),
    );
  }

  @Route('datasetVersions.upload')
  upload(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'datasetVersions.upload'>,
    @Req() request: Request,
  ): Promise<RouteOutput<'datasetVersions.upload'>> {
    return this.lab.datasets.upload(actor, params.id, request);
  }

  @Route('generatorImports.upload')
  uploadGenerator(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'generatorImports.upload'>,
    @Req() request: Request,
  ): Promise<RouteOutput<'generatorImports.upload'>> {
    return this.lab.generatorImports.upload(actor, params.id, request);
  }

  @Route('datasetVersions.contactSheet')
  async contactSheet(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'datasetVersions.contactSheet'>,
    @Res() response: Response,
  ): Promise<void> {
    await sendBytes(response, 'image/png', await this.lab.datasets.contactSheet(actor, params.id));
  }

  @Route('trainingRuns.sampleSheet')
  async trainingSheet(
    @By() actor: Actor,
    @Input() { params, query }: RouteInput<'trainingRuns.sampleSheet'>,
    @Res() response: Response,
  ): Promise<void> {
    await sendBytes(
      response,
      'image/png',
      await this.lab.training.sampleSheet(actor, params.id, query.step),
    );
  }

  @Route('cohorts.sampleSheet')
  async cohortSheet(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'cohorts.sampleSheet'>,
    @Res() response: Response,
  ): Promise<void> {
    await sendBytes(response, 'image/png', await this.lab.cohorts.sampleSheet(actor, params.id));
  }

  @Route('cohorts.closestPairs')
  async closestPairs(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'cohorts.closestPairs'>,
    @Res() response: Response,
  ): Promise<void> {
    await sendBytes(response, 'image/png', await this.lab.gate.closestPairs(actor, params.id));
  }

  @Route('cohorts.evidence')
  async evidence(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'cohorts.evidence'>,
    @Res() response: Response,
  ): Promise<void> {
    await sendBytes(response, 'application/json', await this.lab.gate.evidence(actor, params.id));
  }

  @Route('cohorts.evidencePdf')
  async evidencePdf(
    @By() actor: Actor,
    @Input() { params, query }: RouteInput<'cohorts.evidencePdf'>,
    @Res() response: Response,
  ): Promise<void> {
    await sendBytes(
      response,
      'application/pdf',
      await this.lab.gate.evidencePdf(actor, params.id, query.language),
    );
  }

  @Route('cohorts.download')
  async download(
    @By() actor: Actor,
    @Input() { params }: RouteInput<'cohorts.download'>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { range, 'if-range': ifRange } = request.headers;
    if (request.method === 'HEAD') {
      describeFile(response, await this.lab.downloads.describe(actor, params.id));
      response.end();
      return;
    }
    await sendRange(
      response,
      await this.lab.downloads.open(actor, params.id, {
        range,
        ifRange: typeof ifRange === 'string' ? ifRange : undefined,
      }),
    );
  }
}
