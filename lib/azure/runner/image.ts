/** Where a container image comes from, by its name. */

/** `shop.azurecr.io` of `shop.azurecr.io/redoubt:1`; undefined for a name without a registry, which is Docker Hub's. */
export function registryHostOf(image: string): string | undefined {
  const [host = '', ...path] = image.split('/');
  const isHost = path.length > 0 && (/[.:]/.test(host) || host === 'localhost');
  return isHost ? host : undefined;
}

/** Of the public cloud or a sovereign one. */
export function isAzureRegistry(host: string | undefined): host is string {
  return host !== undefined && /\.azurecr\.(?:io|us|cn)$/i.test(host);
}

/** `shop` of `/subscriptions/.../Microsoft.ContainerRegistry/registries/shop`. */
export function registryNameOf(registryId: string): string | undefined {
  return /^\/subscriptions\/.+\/providers\/Microsoft\.ContainerRegistry\/registries\/([A-Za-z0-9]+)$/i.exec(
    registryId,
  )?.[1];
}

/** A login server is the registry's name, with a hash after a hyphen where its domain name label has one. */
export function isLoginServerOf(host: string, registryName: string): boolean {
  const [label = ''] = host.toLowerCase().split('.');
  return (
    isAzureRegistry(host) &&
    (label === registryName.toLowerCase() || label.startsWith(`${registryName.toLowerCase()}-`))
  );
}
