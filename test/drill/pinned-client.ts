/**
 * A client that goes on dialling the address it once knew, as one does that resolved a name once or was given a node
 * instead of the deployment: a process of its own, because its dials are noted for the whole process.
 *
 *     node pinned-client.ts PROFILE HOST PORT      says `ready`; answers any message with its dials and ends
 */
import { Redis } from 'ioredis';
import { lookupOf } from '../../lib/client/lookup.ts';
import { tlsOf } from '../../lib/client/tls.ts';
import { epochNowMs } from '../../lib/drill/clock.ts';
import { recordDials } from '../../lib/drill/load/dial-recorder.ts';
import { readProfile } from '../../lib/profile/file.ts';
import { readSecret } from '../../lib/profile/secret.ts';

const [profilePath = '', host = '', port = ''] = process.argv.slice(2);
const dials = recordDials(epochNowMs);
const { authentication, nameResolution, tls } = await readProfile(profilePath);
const client = new Redis({
  host,
  port: Number(port),
  ...(authentication.userName === undefined ? {} : { username: authentication.userName }),
  password: await readSecret(authentication.secret),
  tls: tlsOf(tls, lookupOf(nameResolution)),
});
client.on('error', () => undefined);
client.once('ready', () => process.send?.('ready'));
process.on('disconnect', () => process.exit(0));
process.on('message', () => process.send?.(dials, () => process.exit(0)));
