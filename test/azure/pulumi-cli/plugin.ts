/** What every plugin of the `pulumi` command does: serve on a port that the system chooses, and say which on the first line. */
import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import { grpc } from '../pulumi-host/protocol.ts';

export async function servePlugin(service: unknown, implementation: UntypedServiceImplementation): Promise<void> {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  server.addService(service as ServiceDefinition, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  process.stdout.write(`${port}\n`);
  // The command ends its plugins; without it there is nothing left to serve.
  process.stdin.on('end', () => process.exit(0)).resume();
}
