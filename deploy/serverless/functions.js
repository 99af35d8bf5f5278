'use strict';
// One function for each handler of the package, each with a role of its own.

const { HANDLERS, logicalId, namesOf, readSettings, sub } = require('./names');

const PURPOSES = {
  submit: 'reads the job, creates its cluster or finds the one that was created',
  await: 'stores the task token, looks at the cluster once',
  wake: 'answers the token when EMR says that a step or a cluster has ended',
  inspect: 'computes the verdict from every step',
  release: 'proves that the cluster is going away',
  report: 'makes the outcome durable and words the notice',
  sweep: 'ends what no execution looks after any more',
};

// EventBridge invokes these asynchronously: what they cannot do must not vanish.
const ASYNCHRONOUS = ['wake', 'sweep'];

// The state machine waits 90 seconds for a function; nobody waits for the sweep.
const TIMEOUT_SECONDS = { sweep: 120 };

const functionOf = (settings, handler) => ({
  name: namesOf(settings).functionName(handler),
  description: `EMR Cluster Manager: ${PURPOSES[handler]}`,
  handler,
  // To a plain reference Serverless adds a DependsOn, which cfn-lint finds needless.
  role: sub(`\${${logicalId(handler)}Role.Arn}`),
  timeout: TIMEOUT_SECONDS[handler] || 60,
  ...(ASYNCHRONOUS.includes(handler) && { onError: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } }),
  ...(settings.reserved_concurrency && { reservedConcurrency: settings.reserved_concurrency }),
  ...(settings.kms_key_arn && { kmsKeyArn: settings.kms_key_arn }),
  ...(settings.vpc && {
    vpc: {
      securityGroupIds: settings.vpc.security_group_ids,
      subnetIds: settings.vpc.subnet_ids,
    },
  }),
});

// Serverless calls this for ${file(deploy/serverless/functions.js)}.
module.exports = async ({ resolveVariable }) => {
  const settings = readSettings(await resolveVariable('sls:stage'));
  return Object.fromEntries(HANDLERS.map((handler) => [handler, functionOf(settings, handler)]));
};
