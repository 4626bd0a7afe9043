/** Text from a file or from git to JSON, with what to do when it is something else. */
import { ProblemError } from '../base/problem.ts';

/** Characters; CloudFormation takes 1 MB, a preview of a large stack is a few. */
const TEXT_MAX = 64 * 1024 * 1024;

/**
 * @param advice how to get JSON from where the text came from, for the sentence when it is none
 * @throws ProblemError `PLAN_INPUT_TOO_LARGE`, `PLAN_INPUT_EMPTY`, `PLAN_INPUT_YAML`, `PLAN_INPUT_NOT_JSON`
 */
export function parseDocument(text: string, name: string, advice = HOW_TO_GET_JSON): unknown {
  if (text.length > TEXT_MAX) {
    throw new ProblemError({
      code: 'PLAN_INPUT_TOO_LARGE',
      message: `${name} has ${text.length} characters; at most ${TEXT_MAX} are read. Give the template or preview alone.`,
    });
  }
  const content = text.replace(/^\uFEFF/, '');
  if (content.trim() === '') {
    throw new ProblemError({ code: 'PLAN_INPUT_EMPTY', message: `${name} is empty. ${advice}` });
  }
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new ProblemError(looksLikeYaml(content) ? yaml(name, advice) : notJson({ name, advice, cause }), { cause });
  }
}

const HOW_TO_GET_JSON =
  'The new template as JSON: `cdk synth` writes cdk.out/STACK.template.json. The deployed one: `aws cloudformation get-template --stack-name STACK --query TemplateBody --output json`. A preview: `pulumi preview --json`.';

function yaml(name: string, advice: string) {
  return { code: 'PLAN_INPUT_YAML', message: `${name} is YAML; JSON is read. ${advice}` };
}

/** The parser's own words would quote the text, and the text may hold secrets. */
function notJson({ name, advice, cause }: { name: string; advice: string; cause: unknown }) {
  const [place = ''] = /\bat position \d+( \(line \d+ column \d+\))?/.exec(String(cause)) ?? [];
  return {
    code: 'PLAN_INPUT_NOT_JSON',
    message: `${name} is not JSON${place === '' ? '' : ` (${place})`}. ${advice}`,
  };
}

function looksLikeYaml(text: string): boolean {
  return !/^\s*[[{"]/.test(text) && /^\s*(---|#|[\w:]+:(\s|$))/m.test(text);
}
