/** One entry for each action that the stand-in knows: the request's JSON in, the answer's out. */
import { randomInt } from 'node:crypto';
import { ApiFault } from '../../control/elasticache/stand-in/fault.ts';
import { invalidParameter, notFound, type StoredSecret } from './secret.ts';

export type Secrets = Map<string, StoredSecret>;
type Request = Readonly<Record<string, unknown>>;

export const ACTIONS: Readonly<Record<string, (secrets: Secrets, request: Request) => object>> = {
  DescribeSecret: (secrets, request) => {
    const { id, secret } = secretOf(secrets, request);
    // The service leaves it out of a secret that was never rotated.
    const rotation = secret.rotationEnabled ? { RotationEnabled: true } : {};
    return { ARN: id, Name: id, ...rotation, VersionIdsToStages: secret.labels() };
  },
  GetSecretValue: (secrets, request) => {
    const { id, secret } = secretOf(secrets, request);
    const [versionId, label] = [textOf(request, 'VersionId'), textOf(request, 'VersionStage')];
    const found = secret.value({
      ...(versionId === undefined ? {} : { versionId }),
      ...(label === undefined ? {} : { label }),
    });
    if (label !== undefined && !found.labels.includes(label)) throw notFound(` value for staging label: ${label}`);
    return { ARN: id, Name: id, VersionId: found.id, SecretString: found.text, VersionStages: found.labels };
  },
  PutSecretValue: (secrets, request) => {
    const { id, secret } = secretOf(secrets, request);
    const versionId = textOf(request, 'ClientRequestToken') ?? '';
    if (versionId.length < 32 || versionId.length > 64)
      throw invalidParameter('The parameter ClientRequestToken has 32 to 64 characters.');
    const text = textOf(request, 'SecretString');
    if (text === undefined) throw invalidParameter('You must provide either SecretString or SecretBinary.');
    const labels = (request.VersionStages ?? ['AWSCURRENT']) as readonly string[];
    secret.put(versionId, text, labels);
    return { ARN: id, Name: id, VersionId: versionId, VersionStages: labels };
  },
  UpdateSecretVersionStage: (secrets, request) => {
    const { id, secret } = secretOf(secrets, request);
    const label = textOf(request, 'VersionStage');
    if (label === undefined) throw invalidParameter('The parameter VersionStage is missing.');
    secret.moveLabel(label, textOf(request, 'MoveToVersionId'), textOf(request, 'RemoveFromVersionId'));
    return { ARN: id, Name: id };
  },
  GetRandomPassword: (_secrets, request) => {
    const length = Number(request.PasswordLength ?? 32);
    if (!(length >= 1 && length <= 4_096)) throw invalidParameter('The parameter PasswordLength is from 1 to 4096.');
    const alphabet = `${LETTERS_AND_DIGITS}${request.ExcludePunctuation === true ? '' : PUNCTUATION}`;
    return { RandomPassword: Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('') };
  },
};

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

function secretOf(secrets: Secrets, request: Request): { id: string; secret: StoredSecret } {
  const id = textOf(request, 'SecretId') ?? '';
  const secret = secrets.get(id);
  if (secret === undefined) throw notFound('');
  return { id, secret };
}

function textOf(request: Request, name: string): string | undefined {
  const value = request[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new ApiFault('SerializationException', 400, `${name} is not text.`);
}
