/**
 * Stands where `pulumi-language-nodejs` stands, for machines that have the command and not its language host: it starts
 * Pulumi's own Node program with the arguments and environment that the host gives it. The program, the engine and the
 * command are the real ones.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import {
  answered,
  empty,
  languageMessages,
  languageServices,
  pluginMessages,
  RUN_PROGRAM,
} from '../pulumi-host/protocol.ts';
import { servePlugin } from './plugin.ts';

type RunRequest = InstanceType<typeof languageMessages.RunRequest>;

/** The program has said on its own what is wrong (cmd/run/index.js). */
const ALREADY_SAID = 32;

const engineAddress = process.argv.at(-1) ?? '';

async function run(request: RunRequest) {
  const info = request.getInfo();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    pwd: info?.getProgramDirectory() ?? request.getPwd(),
    parallel: String(request.getParallel()),
    'root-directory': info?.getRootDirectory() ?? request.getPwd(),
  };
  const commandLine = [
    RUN_PROGRAM,
    ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]),
    ...(request.getDryrun() ? ['--dry-run'] : []),
    basename(info?.getEntryPoint() ?? request.getProgram()),
  ];
  const child = spawn(process.execPath, commandLine, {
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toObject(true))),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      PULUMI_NODEJS_TYPESCRIPT: 'false',
    },
    // Standard output is for the port of this plugin.
    stdio: ['ignore', process.stderr, process.stderr],
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const response = new languageMessages.RunResponse();
  if (code === ALREADY_SAID) response.setBail(true);
  else if (code !== 0) response.setError(`The program ended with ${code}.`);
  return response;
}

await servePlugin(languageServices.LanguageRuntimeService, {
  handshake: answered(() => new languageMessages.LanguageHandshakeResponse()),
  getPluginInfo: answered(() => {
    const info = new pluginMessages.PluginInfo();
    info.setVersion('3.270.0');
    return info;
  }),
  // The provider is on the PATH; nothing is fetched.
  getRequiredPackages: answered(() => new languageMessages.GetRequiredPackagesResponse()),
  getRequiredPlugins: answered(() => new languageMessages.GetRequiredPluginsResponse()),
  run: answered(run),
  cancel: answered(() => new empty.Empty()),
});
