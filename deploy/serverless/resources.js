'use strict';
// What the stack has besides its functions: a role for each, and the queue of dead letters.

const { HANDLERS, logicalId, namesOf, readSettings } = require('./names');
const { permissionsOf } = require('./permissions');

const TRUST = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
};

const FOURTEEN_DAYS = 14 * 24 * 3600;

const role = (settings, handler) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: namesOf(settings).functionRole(handler),
    Description: `What the function ${namesOf(settings).functionName(handler)} may do`,
    AssumeRolePolicyDocument: TRUST,
    ...(settings.permissions_boundary && { PermissionsBoundary: settings.permissions_boundary }),
    Policies: [
      {
        PolicyName: handler,
        PolicyDocument: { Version: '2012-10-17', Statement: permissionsOf(settings, handler) },
      },
    ],
  },
});

const deadLetters = (settings) => ({
  Type: 'AWS::SQS::Queue',
  Properties: {
    QueueName: namesOf(settings).deadLetters,
    MessageRetentionPeriod: FOURTEEN_DAYS,
    SqsManagedSseEnabled: true,
  },
});

// Serverless calls this for ${file(deploy/serverless/resources.js)}.
module.exports = async ({ resolveVariable }) => {
  const settings = readSettings(await resolveVariable('sls:stage'));
  const roles = HANDLERS.map((handler) => [`${logicalId(handler)}Role`, role(settings, handler)]);
  return { Resources: { ...Object.fromEntries(roles), DeadLetters: deadLetters(settings) } };
};
