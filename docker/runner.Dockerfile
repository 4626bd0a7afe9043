# The image in which drills and verifications run inside a network: redoubt, and the libraries of the clouds' APIs.
#
#   npm pack
#   docker build -f docker/runner.Dockerfile --build-arg PACKAGE=redoubt-0.1.0.tgz -t redoubt-runner .
#   docker run redoubt-runner verify --from-environment
#
# It needs no network but the way to the cache and to the cloud's API: everything is installed here. No secret belongs into
# it: profile and credentials are given to the container (docs/aws.md, docs/azure.md).
FROM node:24-slim

# The versions that package.json names as peers; test/packaging/runner-image.test.ts holds them equal.
ARG PACKAGE
COPY ${PACKAGE} /tmp/redoubt.tgz
RUN npm install --global --no-audit --no-fund \
      /tmp/redoubt.tgz \
      '@aws-crypto/sha256-js@^5.2.0' \
      '@aws-sdk/client-cloudformation@^3.1100.0' \
      '@aws-sdk/client-elasticache@^3.1100.0' \
      '@aws-sdk/credential-provider-node@^3.972.0' \
      '@azure/identity@^4.13.0' \
      '@smithy/protocol-http@^5.6.0' \
      '@smithy/signature-v4@^5.7.0' \
 && npm cache clean --force \
 && rm /tmp/redoubt.tgz

# Reports are written here; mount something to keep them.
WORKDIR /redoubt
RUN chown node:node /redoubt
USER node
ENTRYPOINT ["redoubt"]
