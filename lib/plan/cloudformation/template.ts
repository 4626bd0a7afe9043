/** One CloudFormation template as far as the danger report needs it. */
import type { Problem } from '../../base/problem.ts';
import { entryOf, isRecord, type JsonRecord, recordOf, unwalkable } from '../json.ts';

export interface TemplateResource {
  readonly type: string;
  readonly properties: JsonRecord;
  readonly updatePolicy: JsonRecord;
  readonly deletionPolicy: string;
  readonly updateReplacePolicy: string;
  /** Name of a condition; empty when there is none. */
  readonly condition: string;
}

export interface Template {
  readonly resources: ReadonlyMap<string, TemplateResource>;
  readonly parameters: JsonRecord;
  readonly mappings: JsonRecord;
  readonly conditions: JsonRecord;
  readonly transform: unknown;
  /** `Fn::ForEach` entries, which stand for resources that are not written out. */
  readonly loops: JsonRecord;
  readonly problems: readonly Problem[];
}

/** CloudFormation's quota is 500. */
const RESOURCES_MAX = 2_000;

/** Transforms of AWS that leave ElastiCache resources as they are written. */
const HARMLESS_TRANSFORMS = /^AWS::(SecretsManager-|Serverless-|LanguageExtensions$|CodeDeployBlueGreen$)/;

/** Never throws; what cannot be read is a problem and the rest is read all the same. */
export function readTemplate(document: unknown, name: string): Template {
  const tooMuch = unwalkable(document, name);
  if (tooMuch !== undefined) return emptyTemplate([tooMuch]);
  const body = bodyOf(document);
  const problem = (code: string, message: string): Problem => ({ code, message });
  if (typeof body === 'string') {
    return emptyTemplate([
      problem(
        'TEMPLATE_TEXT',
        `${name} holds text instead of a template: the stack was deployed from YAML. Turn it into JSON (cfn-flip does), or deploy once from cdk.out/STACK.template.json.`,
      ),
    ]);
  }
  if (!isRecord(body) || !isRecord(entryOf(body, 'Resources'))) {
    return emptyTemplate([
      problem(
        'TEMPLATE_WITHOUT_RESOURCES',
        `${name} is not a CloudFormation template: it has no Resources. Give cdk.out/STACK.template.json, or what \`aws cloudformation get-template\` prints.`,
      ),
    ]);
  }
  return templateOf(body, name);
}

/** `aws cloudformation get-template` wraps it; without `--query TemplateBody` the wrapping is still there. */
function bodyOf(document: unknown): unknown {
  return isRecord(document) && !Object.hasOwn(document, 'Resources')
    ? (entryOf(document, 'TemplateBody') ?? document)
    : document;
}

function templateOf(body: JsonRecord, name: string): Template {
  const entries = Object.entries(recordOf(body.Resources));
  if (entries.length > RESOURCES_MAX) {
    const message = `${name} has ${entries.length} resources; CloudFormation takes 500, and more than ${RESOURCES_MAX} are not compared. Give the template of one stack.`;
    return emptyTemplate([{ code: 'TEMPLATE_TOO_MANY_RESOURCES', path: 'Resources', message }]);
  }
  const loops = entries.filter(([id]) => id.startsWith('Fn::ForEach::'));
  const plain = entries.filter(([id]) => !id.startsWith('Fn::'));
  const broken = plain.filter(([, value]) => typeof entryOf(value, 'Type') !== 'string');
  const transforms = [entryOf(body, 'Transform') ?? []].flat();
  return {
    resources: new Map(plain.filter((entry) => !broken.includes(entry)).map(([id, value]) => [id, resourceOf(value)])),
    parameters: recordOf(entryOf(body, 'Parameters')),
    mappings: recordOf(entryOf(body, 'Mappings')),
    conditions: recordOf(entryOf(body, 'Conditions')),
    transform: entryOf(body, 'Transform'),
    loops: Object.fromEntries(loops),
    problems: [
      ...broken.map(([id]) => ({
        code: 'TEMPLATE_RESOURCE_BROKEN',
        path: `Resources.${id}`,
        message: `${name}: the resource ${id} has no Type, so it cannot be compared. Correct the template.`,
      })),
      ...transforms
        .filter(rewrites)
        .map((transform) => macroProblem(name, typeof transform === 'string' ? transform : 'a transform', 'Transform')),
      ...entries
        .filter(([id, value]) => id === FOREIGN || (isOfElastiCache(value) && holdsForeign(value)))
        .map(([id]) => macroProblem(name, FOREIGN, `Resources.${id}`)),
    ],
  };
}

const FOREIGN = 'Fn::Transform';

/** Also where both templates are written the same: what AWS::Include reads may have changed. */
function macroProblem(name: string, by: string, path: string): Problem {
  const message = `${name} is rewritten by ${by} when it is deployed; what comes out is not in it. Give the processed template: aws cloudformation get-template --template-stage Processed.`;
  return { code: 'TEMPLATE_MACRO', path, message };
}

function isOfElastiCache(resource: unknown): boolean {
  const type = entryOf(resource, 'Type');
  return typeof type === 'string' && type.startsWith('AWS::ElastiCache::');
}

function holdsForeign(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, FOREIGN) || Object.values(value).some(holdsForeign);
}

function rewrites(transform: unknown): boolean {
  return typeof transform !== 'string' || !HARMLESS_TRANSFORMS.test(transform);
}

function resourceOf(value: unknown): TemplateResource {
  const text = (name: string) => {
    const given = entryOf(value, name);
    return typeof given === 'string' ? given : '';
  };
  return {
    type: text('Type'),
    properties: recordOf(entryOf(value, 'Properties')),
    updatePolicy: recordOf(entryOf(value, 'UpdatePolicy')),
    deletionPolicy: text('DeletionPolicy'),
    updateReplacePolicy: text('UpdateReplacePolicy'),
    condition: text('Condition'),
  };
}

function emptyTemplate(problems: readonly Problem[]): Template {
  return {
    resources: new Map(),
    parameters: {},
    mappings: {},
    conditions: {},
    transform: undefined,
    loops: {},
    problems,
  };
}
