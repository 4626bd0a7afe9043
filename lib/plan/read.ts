/** Text from a file or from git to JSON, with what to do when it is something else. */
import { ProblemError } from '../base/problem.ts';

/** Characters; CloudFormation takes 1 MB, a preview of a large stack is a few. */
const TEXT_MAX = 64 * 1024 * 1024;

/** @throws ProblemError `PLAN_INPUT_TOO_LARGE`, `PLAN_INPUT_EMPTY`, `PLAN_INPUT_YAML`, `PLAN_INPUT_NOT_JSON` */
export function parseDocument(text: string, name: string): unknown {
  if (text.length > TEXT_MAX) {
    throw new ProblemError({
      code: 'PLAN_INPUT_TOO_LARGE',
      message: `${name} has ${text.length} characters; at most ${TEXT_MAX} are read. Give the template or preview alone.`,
    });
  }
  const content = text.replace(/^\uFEFF/, '');
  if (content.trim() === '') {
    throw new ProblemError({ code: 'PLAN_INPUT_EMPTY', message: `${name} is empty. ${HOW_TO_GET_JSON}` });
  }
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new ProblemError(looksLikeYaml(content) ? yaml(name) : notJson(name, cause), { cause });
  }
}

const HOW_TO_GET_JSON =
  'The new template as JSON: `cdk synth` writes cdk.out/STACK.template.json. The deployed one: `aws cloudformation get-template --stack-name STACK --query TemplateBody --output json`. A preview: `pulumi preview --json`.';

function yaml(name: string) {
  return { code: 'PLAN_INPUT_YAML', message: `${name} is YAML; JSON is read. ${HOW_TO_GET_JSON}` };
}

/** The parser's own words would quote the text, and the text may hold secrets. */
function notJson(name: string, cause: unknown) {
  const [place = ''] = /\bat position \d+( \(line \d+ column \d+\))?/.exec(String(cause)) ?? [];
  return {
    code: 'PLAN_INPUT_NOT_JSON',
    message: `${name} is not JSON${place === '' ? '' : ` (${place})`}. ${HOW_TO_GET_JSON}`,
  };
}

function looksLikeYaml(text: string): boolean {
  return !/^\s*[[{"]/.test(text) && /^\s*(---|#|[\w:]+:(\s|$))/m.test(text);
}
