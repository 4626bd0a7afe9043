/** Runs a resource hook as the engine does: through the callback server that the program itself has opened. */
import type { Registered } from './engine.ts';
import { callbackMessages, callbackServices, grpc, resourceMessages, structOf } from './protocol.ts';

export interface HookRegistration {
  readonly onDryRun: boolean;
  /** Address of the program's callback server. */
  readonly target: string;
  readonly token: string;
}

/** @returns what the hook says is wrong; empty when nothing is */
export async function runHook(
  hook: HookRegistration,
  { resource, before, now }: { resource: Registered; before: Record<string, unknown>; now: Record<string, unknown> },
): Promise<string> {
  const request = new resourceMessages.ResourceHookRequest();
  request.setUrn(resource.urn);
  request.setName(resource.name);
  request.setType(resource.type);
  request.setOldInputs(structOf(before));
  request.setNewInputs(structOf(now));
  const call = new callbackMessages.CallbackInvokeRequest();
  call.setToken(hook.token);
  call.setRequest(request.serializeBinary());
  const client = new callbackServices.CallbacksClient(hook.target, grpc.credentials.createInsecure());
  try {
    const response = await new Promise<Uint8Array>((resolve, reject) => {
      client.invoke(call, (error, answer) => (error === null ? resolve(answer.getResponse_asU8()) : reject(error)));
    });
    return resourceMessages.ResourceHookResponse.deserializeBinary(response).getError();
  } finally {
    client.close();
  }
}
